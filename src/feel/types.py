"""FEEL types and whether a value is of one (DMN 1.5, 10.3.2.9 and 7.3.2)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from typing import Protocol

from .temporal.arithmetic import at_midnight_utc
from .temporal.types import DateTime, Duration, Time, YearsMonthsDuration
from .values import DATE_KINDS, Function, Range, Value


class FeelType(Protocol):
    """A type; `has` never raises and says true for null, which conforms to every type."""

    def has(self, value: Value) -> bool: ...

    def conforms(self, other: FeelType) -> bool:
        """Whether each value of this type is one of the other."""
        ...


@dataclass(frozen=True, slots=True)
class Simple:
    """One of the built-in types, by its FEEL name."""

    name: str

    def has(self, value: Value) -> bool:
        return value is None or _CHECKS[self.name](value)

    def conforms(self, other: FeelType) -> bool:
        return self.name == "Null" or is_any(other) or self == other


@dataclass(frozen=True, slots=True)
class ListType:
    item: FeelType

    def has(self, value: Value) -> bool:
        return value is None or (isinstance(value, list) and all(self.item.has(item) for item in value))

    def conforms(self, other: FeelType) -> bool:
        return is_any(other) or (isinstance(other, ListType) and self.item.conforms(other.item))


@dataclass(frozen=True, slots=True)
class ContextType:
    """Contexts with at least these entries."""

    entries: tuple[tuple[str, FeelType], ...]

    def has(self, value: Value) -> bool:
        return value is None or (
            isinstance(value, dict)
            and all(key in value and kind.has(value[key]) for key, kind in self.entries)
        )

    def conforms(self, other: FeelType) -> bool:
        if is_any(other) or other == Simple("context"):
            return True
        mine = dict(self.entries)
        return isinstance(other, ContextType) and all(
            key in mine and mine[key].conforms(kind) for key, kind in other.entries
        )


@dataclass(frozen=True, slots=True)
class RangeType:
    item: FeelType

    def has(self, value: Value) -> bool:
        return value is None or (
            isinstance(value, Range) and self.item.has(value.start) and self.item.has(value.end)
        )

    def conforms(self, other: FeelType) -> bool:
        return is_any(other) or (isinstance(other, RangeType) and self.item.conforms(other.item))


@dataclass(frozen=True, slots=True)
class FunctionType:
    """Functions with these parameters; parameters are contravariant, the result covariant."""

    parameters: tuple[FeelType, ...]
    result: FeelType

    def has(self, value: Value) -> bool:
        if value is None:
            return True
        if not isinstance(value, Function):
            return False
        if value.builtin:
            return len(self.parameters) in value.arities
        # The result of a function written without types is unknown, so it may fit.
        result = value.result or self.result
        actual = FunctionType(tuple(parameter.type or ANY for parameter in value.parameters), result)
        return actual.conforms(self)

    def conforms(self, other: FeelType) -> bool:
        if is_any(other):
            return True
        return (
            isinstance(other, FunctionType)
            and len(other.parameters) == len(self.parameters)
            and all(
                theirs.conforms(mine) for mine, theirs in zip(self.parameters, other.parameters, strict=True)
            )
            and self.result.conforms(other.result)
        )


def _accepts(mine: FeelType, theirs: FeelType) -> bool:
    return theirs.conforms(mine)


def is_any(kind: FeelType) -> bool:
    return kind == ANY


def _is_number(value: Value) -> bool:
    return isinstance(value, Decimal)


_CHECKS: dict[str, Callable[[Value], bool]] = {
    "Any": lambda value: True,
    "Null": lambda value: value is None,
    "string": lambda value: isinstance(value, str),
    "number": _is_number,
    "boolean": lambda value: isinstance(value, bool),
    "date": lambda value: isinstance(value, DATE_KINDS),
    "time": lambda value: isinstance(value, Time),
    "date and time": lambda value: isinstance(value, DateTime),
    "days and time duration": lambda value: isinstance(value, Duration),
    "years and months duration": lambda value: isinstance(value, YearsMonthsDuration),
    "list": lambda value: isinstance(value, list),
    "context": lambda value: isinstance(value, dict),
    "range": lambda value: isinstance(value, Range),
    "function": lambda value: isinstance(value, Function),
}

ANY = Simple("Any")

BUILTIN_TYPES: dict[str, FeelType] = {name: Simple(name) for name in _CHECKS}
# Names that models of older versions of the standard use.
BUILTIN_TYPES["dateTime"] = Simple("date and time")
BUILTIN_TYPES["dayTimeDuration"] = Simple("days and time duration")
BUILTIN_TYPES["yearMonthDuration"] = Simple("years and months duration")
BUILTIN_TYPES["any"] = ANY


def instance_of(value: Value, kind: FeelType) -> bool:
    """`value instance of kind`: null is an instance of Null only (DMN 1.5, 10.3.2.9.4)."""
    if value is None:
        return kind == Simple("Null")
    return kind.has(value)


def coerce(value: Value, kind: FeelType | None) -> tuple[bool, Value]:
    """(fits, value) after the implicit conversions (DMN 1.5, 10.3.2.9.4).

    An item becomes a list of one and back, a date becomes its midnight UTC. What does not fit becomes null.
    """
    if kind is None or kind.has(value):
        return True, value
    if isinstance(value, list) and len(value) == 1 and kind.has(value[0]):
        return True, value[0]
    if not isinstance(value, list) and kind.has([value]):
        return True, [value]
    if isinstance(value, DATE_KINDS):
        moment = at_midnight_utc(value)
        if kind.has(moment):
            return True, moment
    return False, None
