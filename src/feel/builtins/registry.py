"""Declaring built-in functions: one line per signature, checked and converted before the function runs.

A signature is a list of parameters `name: kind`. The kind is one of `_KINDS`, several joined by `|`;
a `?` after the name makes the parameter optional, a `?` after the kind lets null in;
the last parameter with `*` before its name takes all remaining arguments as one list.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, DecimalException
from typing import Any

from ..errors import FeelNull
from ..runtime import Run
from ..temporal.types import DateTime, Duration, Time, YearsMonthsDuration
from ..values import DATE_KINDS, Arguments, Function, Parameter, Range, Value

_KINDS: dict[str, tuple[type, ...]] = {
    "string": (str,),
    "number": (Decimal,),
    "boolean": (bool,),
    "list": (list,),
    "context": (dict,),
    "range": (Range,),
    "function": (Function,),
    "date": DATE_KINDS,
    "time": (Time,),
    "datetime": (DateTime,),
    "days": (Duration,),
    "months": (YearsMonthsDuration,),
    "any": (object,),
}

_MISSING: Any = object()
Implementation = Callable[..., Value]


@dataclass(frozen=True, slots=True)
class _Slot:
    name: str
    kinds: tuple[type, ...]
    nullable: bool
    optional: bool
    variadic: bool

    def take(self, value: Value) -> Value:
        """The converted argument. Raises FeelNull when it does not fit."""
        if self.variadic:
            return value
        if value is None:
            if self.nullable:
                return None
        elif isinstance(value, self.kinds):
            return value
        elif isinstance(value, list):
            if len(value) == 1 and isinstance(value[0], self.kinds) and value[0] is not None:
                return value[0]
        elif list in self.kinds:
            return [value]
        raise FeelNull(f"Die Angabe „{self.name}“ hat die falsche Art.")


@dataclass(frozen=True, slots=True)
class _Signature:
    slots: tuple[_Slot, ...]
    run: Implementation

    def bind(self, arguments: Arguments) -> list[Value]:
        """The arguments of the implementation. Raises FeelNull when they do not fit."""
        given = self._by_name(arguments) if isinstance(arguments, Mapping) else self._by_position(arguments)
        if given is None:
            raise FeelNull(
                f"Erwartet werden: {', '.join(slot.name for slot in self.slots) or 'keine Angaben'}."
            )
        return [
            None if value is _MISSING else slot.take(value)
            for slot, value in zip(self.slots, given, strict=True)
        ]

    def _by_name(self, arguments: Mapping[str, Value]) -> list[Value] | None:
        given = [arguments.get(slot.name, _MISSING) for slot in self.slots]
        if sum(value is not _MISSING for value in given) != len(arguments) or self.slots[:1] == self.rest:
            return None
        if self.rest and given[-1] is not _MISSING:
            given[-1] = [given[-1]]
        return given if self._complete(given) else None

    def _by_position(self, arguments: Sequence[Value]) -> list[Value] | None:
        given: list[Any] = [*arguments, *[_MISSING] * (len(self.slots) - len(arguments))]
        if self.rest:
            fixed = len(self.slots) - 1
            given = [*given[:fixed], list(arguments[fixed:]) or _MISSING]
        return given if len(given) == len(self.slots) and self._complete(given) else None

    def _complete(self, given: list[Value]) -> bool:
        return all(
            slot.optional or value is not _MISSING for slot, value in zip(self.slots, given, strict=True)
        )

    @property
    def rest(self) -> tuple[_Slot, ...]:
        """The last slot if it takes all remaining arguments as a list."""
        return self.slots[-1:] if self.slots and self.slots[-1].variadic else ()

    @property
    def arities(self) -> range:
        required = sum(not slot.optional for slot in self.slots)
        return range(required, len(self.slots) + 1)


FUNCTIONS: dict[str, Function] = {}
_SIGNATURES: dict[str, list[_Signature]] = {}


def builtin(name: str, *slots: str) -> Callable[[Implementation], Implementation]:
    """Register a signature of the function `name`; the implementation gets `run` and the arguments."""

    def register(implementation: Implementation) -> Implementation:
        signatures = _SIGNATURES.setdefault(name, [])
        # Decorators run from the bottom; the first line written is tried first.
        signatures.insert(0, _Signature(tuple(map(_slot, slots)), implementation))
        FUNCTIONS[name] = _function(name, signatures)
        return implementation

    return register


def _slot(text: str) -> _Slot:
    name, _, kind = text.partition(":")
    kind = kind.strip()
    kinds = tuple(one for word in kind.rstrip("?").split("|") for one in _KINDS[word])
    bare = name.lstrip("*").rstrip("?")
    return _Slot(bare, kinds, kind.endswith("?"), name.endswith("?"), name.startswith("*"))


def _function(name: str, signatures: list[_Signature]) -> Function:
    def call(arguments: Arguments, run: Run) -> Value:
        problem = ""
        for signature in signatures:
            try:
                values = signature.bind(arguments)
            except FeelNull as refused:
                problem = problem or refused.message
                continue
            return _execute(name, signature.run, run, values)
        raise FeelNull(f"{name}(): {problem}")

    parameters = tuple(Parameter(slot.name) for slot in signatures[0].slots)
    arities = frozenset(count for signature in signatures for count in signature.arities)
    return Function(name, parameters, call, builtin=True, arities=arities)


def _execute(name: str, implementation: Implementation, run: Run, values: list[Value]) -> Value:
    try:
        return implementation(run, *values)
    except FeelNull as refused:
        raise FeelNull(f"{name}(): {refused.message}") from None
    except (DecimalException, OverflowError):
        raise FeelNull(f"{name}(): Die Zahl ist zu groß oder die Berechnung nicht möglich.") from None
