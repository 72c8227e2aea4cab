"""Calendar functions, now, today and is (DMN 1.5, 10.3.4.8, 10.3.4.10, 10.3.4.12)."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from ..compare import identical
from ..runtime import Run
from ..temporal.civil import days_from_civil
from ..temporal.convert import from_python
from ..temporal.types import DateTime, FarDate, date_of_day_number, day_number
from ..values import Value
from .registry import builtin

WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
MONTHS = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)
_DAY = "date: date|datetime"


def _day(value: date | FarDate | DateTime) -> date | FarDate:
    return value.date if isinstance(value, DateTime) else value


def weekday(value: date | FarDate | DateTime) -> int:
    """1 is Monday (1970-01-01 was a Thursday)."""
    return (day_number(_day(value)) + 3) % 7 + 1


@builtin("day of year", _DAY)
def day_of_year(run: Run, value: date | FarDate | DateTime) -> Value:
    day = _day(value)
    return Decimal(day_number(day) - days_from_civil(day.year, 1, 1) + 1)


@builtin("day of week", _DAY)
def day_of_week(run: Run, value: date | FarDate | DateTime) -> Value:
    return WEEKDAYS[weekday(value) - 1]


@builtin("month of year", _DAY)
def month_of_year(run: Run, value: date | FarDate | DateTime) -> Value:
    return MONTHS[_day(value).month - 1]


@builtin("week of year", _DAY)
def week_of_year(run: Run, value: date | FarDate | DateTime) -> Value:
    """The week by ISO 8601: the one that holds the week's Thursday."""
    thursday = day_number(_day(value)) - weekday(value) + 4
    first = days_from_civil(date_of_day_number(thursday).year, 1, 1)
    return Decimal((thursday - first) // 7 + 1)


@builtin("now")
def now(run: Run) -> Value:
    moment = from_python(run.now)
    return moment


@builtin("today")
def today(run: Run) -> Value:
    return run.now.date()


@builtin("is", "value1?: any?", "value2?: any?")
def is_same(run: Run, first: Value, second: Value) -> Value:
    return identical(first, second, run)
