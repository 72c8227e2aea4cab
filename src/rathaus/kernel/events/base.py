"""Events and their way to JSON and back."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, fields
from datetime import date, datetime
from decimal import Decimal
from types import NoneType, UnionType
from typing import Any, ClassVar, Self, Union, get_args, get_origin, get_type_hints
from uuid import UUID

__all__ = ["Event"]


@dataclass(frozen=True)
class Event:
    """Base of all events: a frozen dataclass of str, int, bool, UUID, date, datetime, Decimal, each or None.

    Raise ``schema`` when the fields change, and let ``upgrade`` read what is still queued.
    """

    schema: ClassVar[int] = 1

    @classmethod
    def event_name(cls) -> str:
        return f"{cls.__module__}.{cls.__qualname__}"

    @classmethod
    def upgrade(cls, schema: int, data: dict[str, Any]) -> dict[str, Any]:
        """Bring data of an older version to the present one. Raises ValueError where that cannot be."""
        raise ValueError(f"{cls.event_name()}: no way from schema {schema} to {cls.schema}")

    def to_json(self) -> str:
        """The event as JSON with its version."""
        values = (
            self.__dict__
            if hasattr(self, "__dict__")
            else {f.name: getattr(self, f.name) for f in fields(self)}
        )
        return json.dumps({"schema": self.schema, "data": values}, default=_plain, ensure_ascii=False)

    @classmethod
    def from_json(cls, text: str) -> Self:
        """Read what ``to_json`` wrote, also by an older version."""
        stored = json.loads(text)
        data = stored["data"]
        if stored["schema"] != cls.schema:
            data = cls.upgrade(stored["schema"], data)
        readers = _readers(cls)
        return cls(**{name: value if value is None else readers[name](value) for name, value in data.items()})


def _plain(value: object) -> str:
    if isinstance(value, UUID | Decimal):
        return str(value)
    if isinstance(value, date):
        return value.isoformat()
    raise TypeError(f"events cannot carry {type(value).__name__}")


_READERS: dict[type, Callable[[Any], object]] = {
    str: str,
    int: int,
    bool: bool,
    UUID: UUID,
    Decimal: Decimal,
    date: date.fromisoformat,
    datetime: datetime.fromisoformat,
}


_known: dict[type[Event], dict[str, Callable[[Any], object]]] = {}


def _readers(event: type[Event]) -> dict[str, Callable[[Any], object]]:
    """How each field is read back. Raises TypeError for a field of a type that an event must not carry."""
    if event not in _known:
        hints = get_type_hints(event)
        _known[event] = {field.name: _reader(event, field.name, hints[field.name]) for field in fields(event)}
    return _known[event]


def _reader(event: type[Event], name: str, hint: Any) -> Callable[[Any], object]:
    if get_origin(hint) in (Union, UnionType):
        chosen = [option for option in get_args(hint) if option is not NoneType]
        hint = chosen[0] if len(chosen) == 1 else None
    if isinstance(hint, type):
        for base in hint.__mro__:  # an enumeration of texts is a text
            if base in _READERS:
                return hint if base in (str, int) else _READERS[base]
    raise TypeError(
        f"{event.event_name()}.{name}: events carry str, int, bool, UUID, date, datetime, Decimal or None only"
    )


def check_event(event: type[Event]) -> None:
    """Raises TypeError where the class could not be read back."""
    _readers(event)
