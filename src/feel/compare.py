"""Equality, identity and order of values (DMN 1.5, 10.3.2.13, tables 44 and 45)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any, Protocol

from .temporal.arithmetic import clock_instant, instant
from .temporal.types import DateTime, Duration, FarDate, Time, YearsMonthsDuration
from .values import DATE_KINDS, Range, Value

_ORDERED: tuple[type, ...] = (str, Duration, YearsMonthsDuration)


class Payer(Protocol):
    """Takes the cost of comparing long lists and contexts off a budget."""

    def charge(self, steps: int) -> None: ...


def equals(left: Value, right: Value, run: Payer | None = None) -> bool | None:
    """True or false; None where the two kinds cannot be compared."""
    if left is None or right is None:
        return left is right
    if isinstance(left, bool) or isinstance(right, bool):
        return left is right if type(left) is type(right) else None
    if isinstance(left, DATE_KINDS) and isinstance(right, DATE_KINDS):
        return left == right
    if type(left) is not type(right):
        return None
    if isinstance(left, DateTime) and isinstance(right, DateTime):
        return instant(left) == instant(right)
    if isinstance(left, Time) and isinstance(right, Time):
        return clock_instant(left) == clock_instant(right)
    if isinstance(left, list) and isinstance(right, list):
        return _lists_equal(left, right, run)
    if isinstance(left, dict) and isinstance(right, dict):
        return _contexts_equal(left, right, run)
    return _ranges_equal(left, right, run)


def _ranges_equal(left: Value, right: Value, run: Payer | None) -> bool | None:
    if isinstance(left, Range) and isinstance(right, Range):
        if (left.start_included, left.end_included) != (right.start_included, right.end_included):
            return False
        return _all_equal([(left.start, right.start), (left.end, right.end)], run)
    return left == right


def _all_equal(pairs: list[tuple[Value, Value]], run: Payer | None) -> bool | None:
    """Three-valued: false wins over null."""
    if run is not None:
        run.charge(2 + (len(pairs) >> 2))
    result: bool | None = True
    for left, right in pairs:
        answer = equals(left, right, run)
        if answer is False:
            return False
        if answer is None:
            result = None
    return result


def _lists_equal(left: list[Value], right: list[Value], run: Payer | None) -> bool | None:
    return len(left) == len(right) and _all_equal(list(zip(left, right, strict=True)), run)


def _contexts_equal(left: dict[str, Value], right: dict[str, Value], run: Payer | None) -> bool | None:
    return left.keys() == right.keys() and _all_equal([(left[key], right[key]) for key in left], run)


def same(left: Value, right: Value, run: Payer | None = None) -> bool:
    """Equality for looking values up: kinds that cannot be compared are different."""
    return equals(left, right, run) is True


def identical(left: Value, right: Value, run: Payer | None = None) -> bool:
    """The function `is`: same kind and same parts, so 12:00Z is not 13:00+01:00 (DMN 1.5, 10.3.4.12)."""
    if isinstance(left, (Time, DateTime)):
        return left == right
    return equals(left, right, run) is True


def _comparable(left: Any, right: Any) -> tuple[Any, Any] | None:
    """Two Python values whose order is that of the FEEL values; None where there is no order."""
    if isinstance(left, Decimal) and isinstance(right, Decimal):
        return left, right
    if isinstance(left, DATE_KINDS) and isinstance(right, DATE_KINDS):
        return _ymd(left), _ymd(right)
    if type(left) is not type(right):
        return None
    if isinstance(left, _ORDERED):
        return left, right
    if isinstance(left, (DateTime, Time)):
        return _instants(left, right)
    return None


def _instants(left: Any, right: Any) -> tuple[int, int] | None:
    read = instant if isinstance(left, DateTime) else clock_instant
    (left_zoned, first), (right_zoned, second) = read(left), read(right)
    return (first, second) if left_zoned == right_zoned else None


def _ymd(day: date | FarDate) -> tuple[int, int, int]:
    return day.year, day.month, day.day


def less(left: Value, right: Value, run: Payer | None = None) -> bool | None:
    pair = _comparable(left, right)
    return None if pair is None else bool(pair[0] < pair[1])


def less_equal(left: Value, right: Value, run: Payer | None = None) -> bool | None:
    pair = _comparable(left, right)
    return None if pair is None else bool(pair[0] <= pair[1])


def greater(left: Value, right: Value, run: Payer | None = None) -> bool | None:
    return less(right, left)


def greater_equal(left: Value, right: Value, run: Payer | None = None) -> bool | None:
    return less_equal(right, left)


def unequal(left: Value, right: Value, run: Payer | None = None) -> bool | None:
    answer = equals(left, right, run)
    return None if answer is None else not answer


COMPARISONS: dict[str, Callable[[Value, Value, Payer], bool | None]] = {
    "=": equals,
    "!=": unequal,
    "<": less,
    "<=": less_equal,
    ">": greater,
    ">=": greater_equal,
}


def in_range(value: Value, interval: Range) -> bool | None:
    """Whether the value lies in the interval; None where it cannot be compared."""
    if interval.start is None and interval.end is None:
        return None
    low: bool | None = True
    high: bool | None = True
    if interval.start is not None:
        low = (less_equal if interval.start_included else less)(interval.start, value)
    if interval.end is not None:
        high = (less_equal if interval.end_included else less)(value, interval.end)
    return conjunction(low, high)


def conjunction(left: Value, right: Value) -> bool | None:
    """Three-valued and (DMN 1.5, table 50)."""
    if left is False or right is False:
        return False
    return True if left is True and right is True else None


def disjunction(left: Value, right: Value) -> bool | None:
    """Three-valued or (DMN 1.5, table 50)."""
    if left is True or right is True:
        return True
    return False if left is False and right is False else None
