"""Actions: what service tasks can do. Higher floors register them; the engine knows none."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import MISSING, dataclass, field, fields, is_dataclass
from datetime import date, datetime
from decimal import Decimal
from functools import lru_cache
from types import NoneType, UnionType
from typing import Any, Literal, Union, get_args, get_origin, get_type_hints

from rathaus.identity.public import SYSTEM, Actor
from rathaus.kernel.public import registry


class BusinessError(Exception):
    """Something that the process may handle: caught by a boundary error event with this code, else an incident."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message


class InvalidInput(ValueError):
    """An input of an action is missing or of the wrong kind; the message is German."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ActionContext:
    """For whom and where an action works. `variables` holds the FEEL context at this moment."""

    subject: uuid.UUID
    instance_id: uuid.UUID
    element_id: str
    variables: Mapping[str, object] = field(default_factory=dict)
    actor: Actor = SYSTEM


@dataclass(frozen=True, slots=True, kw_only=True)
class Action:
    """`prepare` runs outside any transaction (files, network); `perform` inside the one that moves the token.

    So the effects of `perform` happen exactly once; `prepare` may run again after a failure and must not mind.
    With mode "inline" both run at once where the token arrives, so that only cheap actions choose it.
    `perform` returns the outputs (an instance of `outputs`, a mapping, or None).
    """

    name: str
    title: str
    inputs: type
    perform: Callable[[ActionContext, Any, Any], object]
    outputs: type | None = None
    prepare: Callable[[ActionContext, Any], object] | None = None
    mode: Literal["job", "inline"] = "job"


actions: registry.Registry[Action] = registry.Registry("action", key=lambda action: action.name)


@dataclass(frozen=True, slots=True)
class NoInputs:
    """For actions that need none."""


def required_inputs(kind: type) -> tuple[str, ...]:
    return tuple(
        entry.name for entry in _fields(kind) if entry.default is MISSING and entry.default_factory is MISSING
    )


def input_names(kind: type) -> tuple[str, ...]:
    return tuple(entry.name for entry in _fields(kind))


def _fields(kind: type) -> Iterable[Any]:
    return fields(kind) if is_dataclass(kind) else ()


def build_inputs(kind: type, values: Mapping[str, object]) -> object:
    """The input dataclass from FEEL values. Raises InvalidInput, naming the input."""
    hints = _hints(kind)
    unknown = [name for name in values if name not in input_names(kind)]
    if unknown:
        raise InvalidInput(f"Die Eingabe „{unknown[0]}“ kennt die Aktion nicht.")
    given: dict[str, object] = {}
    for name, value in values.items():
        given[name] = convert(name, value, hints[name])
    for name in required_inputs(kind):
        if name not in given:
            raise InvalidInput(f"Die Eingabe „{name}“ fehlt.")
    return kind(**given)


@lru_cache(maxsize=500)
def _hints(kind: type) -> Mapping[str, Any]:
    return get_type_hints(kind)


def convert(name: str, value: object, hint: Any) -> object:
    """A FEEL value as the type that an input declares. Raises InvalidInput."""
    options = get_args(hint) if get_origin(hint) in (Union, UnionType) else (hint,)
    if value is None and (NoneType in options or Any in options or object in options):
        return None
    for option in options:
        converted, fits = _as_type(name, value, option)
        if fits:
            return converted
    expected = " oder ".join(_GERMAN.get(option, str(option)) for option in options if option is not NoneType)
    raise InvalidInput(f"Die Eingabe „{name}“ muss {expected} sein, ist aber {_described(value)}.")


def _as_type(name: str, value: object, hint: Any) -> tuple[object, bool]:
    if hint in (Any, object):
        return value, True
    if hint is bool or hint is str:
        return value, isinstance(value, hint)
    if hint in (int, Decimal, float):
        return _as_number(value, hint)
    if hint is datetime:
        return _as_datetime(value)
    if hint is date:
        return value, isinstance(value, date) and not isinstance(value, datetime)
    origin = get_origin(hint) or hint
    if origin in (list, tuple, Sequence):
        return _as_sequence(name, value, hint, origin)
    if origin in (dict, Mapping):
        return value, isinstance(value, Mapping)
    return value, isinstance(origin, type) and isinstance(value, origin)


def _as_number(value: object, kind: type) -> tuple[object, bool]:
    if isinstance(value, bool) or not isinstance(value, Decimal | int):
        return None, False
    if kind is int:
        return int(value), value == int(value)
    return kind(value), True


def _as_datetime(value: object) -> tuple[object, bool]:
    if isinstance(value, datetime):
        return value, True
    text = str(value) if type(value).__name__ == "DateTime" else ""
    try:
        return datetime.fromisoformat(text.partition("@")[0]), True
    except ValueError:
        return None, False


def _as_sequence(name: str, value: object, hint: Any, origin: Any) -> tuple[object, bool]:
    if not isinstance(value, list | tuple):
        return None, False
    arguments = get_args(hint)
    items = [convert(name, item, arguments[0]) for item in value] if arguments else list(value)
    return (tuple(items) if origin is tuple else items), True


def _described(value: object) -> str:
    if value is None:
        return "leer"
    return f"„{str(value)[:80]}“"


_GERMAN = {
    str: "ein Text",
    int: "eine ganze Zahl",
    Decimal: "eine Zahl",
    float: "eine Zahl",
    bool: "ja oder nein",
    date: "ein Datum",
    datetime: "ein Zeitpunkt",
}
