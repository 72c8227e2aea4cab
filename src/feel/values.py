"""The values of FEEL and how they stand in Python (DMN 1.5, 10.3.2.2)."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, TypeAlias, Union

from .temporal.types import DateTime, Duration, FarDate, Time, YearsMonthsDuration

if TYPE_CHECKING:
    from .runtime import Run
    from .types import FeelType

Value: TypeAlias = Union[
    bool,
    str,
    Decimal,
    date,
    FarDate,
    Time,
    DateTime,
    Duration,
    YearsMonthsDuration,
    list["Value"],
    dict[str, "Value"],
    "Range",
    "Function",
    None,
]


@dataclass(frozen=True, slots=True)
class Range:
    """An interval; an end that is null is open to infinity (DMN 1.5, 10.3.2.7)."""

    start: Value
    end: Value
    start_included: bool = True
    end_included: bool = True


@dataclass(frozen=True, slots=True)
class Parameter:
    """A formal parameter; `type` is None where nothing is checked."""

    name: str
    type: FeelType | None = None


Arguments: TypeAlias = Sequence["Value"] | Mapping[str, "Value"]


@dataclass(frozen=True, slots=True, eq=False)
class Function:
    """A function value: built in, written in FEEL, or a business knowledge model.

    `call` binds positional or named arguments and is called through `feel.invocation.invoke`.
    `arities` says for a built-in function how many arguments its signatures take.
    """

    name: str
    parameters: tuple[Parameter, ...]
    call: Callable[[Arguments, Run], Value]
    result: FeelType | None = None
    builtin: bool = False
    arities: frozenset[int] = frozenset()


DATE_KINDS = (date, FarDate)


def kind_of(value: Value) -> str:
    """The German name of the value's kind, for messages."""
    for types, name in _KINDS:
        if isinstance(value, types):
            return name
    return "Wert"


_KINDS: tuple[tuple[type | tuple[type, ...], str], ...] = (
    (type(None), "null"),
    (bool, "Wahrheitswert"),
    (str, "Text"),
    (Decimal, "Zahl"),
    (DATE_KINDS, "Datum"),
    (Time, "Uhrzeit"),
    (DateTime, "Zeitpunkt"),
    (Duration, "Dauer in Tagen"),
    (YearsMonthsDuration, "Dauer in Monaten"),
    (list, "Liste"),
    (dict, "Kontext"),
    (Range, "Bereich"),
    (Function, "Funktion"),
)
