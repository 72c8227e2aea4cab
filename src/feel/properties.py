"""The properties of dates, times, durations and ranges (DMN 1.5, 10.3.2.5 and table 65)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import TypeVar

from .builtins.temporal import weekday
from .decimals import MATH
from .temporal.types import DAY_SECONDS, NANOS, DateTime, Duration, FarDate, Time, YearsMonthsDuration
from .values import Range, Value

_T = TypeVar("_T")


def _whole(part: Callable[[Duration], int]) -> Callable[[Duration], Value]:
    def read(value: Duration) -> Value:
        size = part(Duration(abs(value.nanoseconds)))
        return Decimal(-size if value.nanoseconds < 0 else size)

    return read


def _seconds(value: Duration) -> Value:
    minute = abs(value.nanoseconds) % (60 * NANOS)
    return _fraction(-minute if value.nanoseconds < 0 else minute)


def _fraction(nanos: int) -> Decimal:
    whole, rest = divmod(abs(nanos), NANOS)
    number = MATH.add(Decimal(whole), Decimal(rest).scaleb(-9).normalize()) if rest else Decimal(whole)
    return -number if nanos < 0 else number


def _signed(months: int, part: int) -> Decimal:
    return Decimal(-part if months < 0 else part)


def _zone(clock: Time) -> Value:
    return clock.zone


def _offset(seconds: int | None) -> Value:
    return None if seconds is None else Duration(seconds * NANOS)


_DATE: dict[str, Callable[[date | FarDate], Value]] = {
    "year": lambda day: Decimal(day.year),
    "month": lambda day: Decimal(day.month),
    "day": lambda day: Decimal(day.day),
    "weekday": lambda day: Decimal(weekday(day)),
}
_TIME: dict[str, Callable[[Time], Value]] = {
    "hour": lambda clock: Decimal(clock.hour),
    "minute": lambda clock: Decimal(clock.minute),
    "second": lambda clock: _fraction(clock.second * NANOS + clock.nanosecond),
    "time offset": lambda clock: _offset(clock.utc_offset()),
    "timezone": _zone,
}
_DURATION: dict[str, Callable[[Duration], Value]] = {
    "days": _whole(lambda value: value.nanoseconds // (DAY_SECONDS * NANOS)),
    "hours": _whole(lambda value: value.nanoseconds // (3600 * NANOS) % 24),
    "minutes": _whole(lambda value: value.nanoseconds // (60 * NANOS) % 60),
    "seconds": _seconds,
}
_MONTHS: dict[str, Callable[[YearsMonthsDuration], Value]] = {
    "years": lambda value: _signed(value.months, abs(value.months) // 12),
    "months": lambda value: _signed(value.months, abs(value.months) % 12),
}
_RANGE: dict[str, Callable[[Range], Value]] = {
    "start": lambda value: value.start,
    "end": lambda value: value.end,
    "start included": lambda value: value.start_included,
    "end included": lambda value: value.end_included,
}


def property_of(value: Value, name: str) -> tuple[bool, Value]:
    """(whether there is such a property, its value)."""
    if isinstance(value, (date, FarDate)):
        return _read(_DATE, value, name)
    if isinstance(value, DateTime):
        return _of_moment(value, name)
    if isinstance(value, Time):
        return _read(_TIME, value, name)
    if isinstance(value, Duration):
        return _read(_DURATION, value, name)
    if isinstance(value, YearsMonthsDuration):
        return _read(_MONTHS, value, name)
    return _read(_RANGE, value, name) if isinstance(value, Range) else (False, None)


def _of_moment(value: DateTime, name: str) -> tuple[bool, Value]:
    if name == "time offset":
        return True, _offset(value.utc_offset())
    return _read(_DATE, value.date, name) if name in _DATE else _read(_TIME, value.time, name)


def _read(properties: dict[str, Callable[[_T], Value]], value: _T, name: str) -> tuple[bool, Value]:
    reader = properties.get(name)
    return (False, None) if reader is None else (True, reader(value))
