"""Conversion functions (DMN 1.5, 10.3.4.1)."""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal

from ..decimals import as_int, is_integer, parse_number
from ..errors import FeelError, FeelNull
from ..ranges import range_from_text
from ..runtime import Run
from ..temporal.arithmetic import months_between
from ..temporal.text import (
    checked_date,
    checked_time,
    parse_date,
    parse_date_time,
    parse_duration,
    parse_time,
)
from ..temporal.types import NANOS, DateTime, Duration, FarDate, Time, YearsMonthsDuration
from ..texts import text_of
from ..values import Value
from .registry import builtin

_PLAIN = re.compile(r"-?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]+)?")


def _found(value: Value, text: str, what: str) -> Value:
    if value is None:
        raise FeelNull(f"„{text}“ ist {what}.")
    return value


@builtin("date", "from: string")
def date_from_text(run: Run, text: str) -> Value:
    return _found(parse_date(text), text, "kein Datum der Form JJJJ-MM-TT")


@builtin("date", "from: date|datetime")
def date_from(run: Run, value: date | FarDate | DateTime) -> Value:
    return value.date if isinstance(value, DateTime) else value


@builtin("date", "year: number", "month: number", "day: number")
def date_of(run: Run, year: Decimal, month: Decimal, day: Decimal) -> Value:
    made = checked_date(_whole(year), _whole(month), _whole(day))
    return _found(made, f"{year}, {month}, {day}", "kein Datum")


def _whole(number: Decimal) -> int:
    if not is_integer(number) or number.adjusted() > 12:
        raise FeelNull("Die Angabe muss eine ganze Zahl sein.")
    return as_int(number)


@builtin("time", "from: string")
def time_from_text(run: Run, text: str) -> Value:
    return _found(parse_time(text), text, "keine Uhrzeit der Form hh:mm:ss")


@builtin("time", "from: time|datetime|date")
def time_from(run: Run, value: Time | DateTime | date | FarDate) -> Value:
    if isinstance(value, DateTime):
        return value.time
    return value if isinstance(value, Time) else Time(0, 0, 0, offset=0)


@builtin("time", "hour: number", "minute: number", "second: number", "offset?: days?")
def time_of(run: Run, hour: Decimal, minute: Decimal, second: Decimal, offset: Duration | None) -> Value:
    if second.adjusted() > 12:
        raise FeelNull("Die Sekunden sind keine Uhrzeit.")
    nanos = as_int(second * NANOS)
    east = None if offset is None else int(offset.nanoseconds / NANOS)
    made = checked_time(_whole(hour), _whole(minute), nanos // NANOS, nanos % NANOS, east)
    return _found(made, f"{hour}, {minute}, {second}", "keine Uhrzeit")


@builtin("date and time", "from: string")
def date_and_time_from_text(run: Run, text: str) -> Value:
    return _found(parse_date_time(text), text, "kein Zeitpunkt der Form JJJJ-MM-TTThh:mm:ss")


@builtin("date and time", "from: datetime|date")
def date_and_time_from(run: Run, value: DateTime | date | FarDate) -> Value:
    return value if isinstance(value, DateTime) else DateTime(value, Time(0, 0, 0, offset=0))


@builtin("date and time", "date: date|datetime", "time: time")
def date_and_time_of(run: Run, day: date | FarDate | DateTime, clock: Time) -> Value:
    return DateTime(day.date if isinstance(day, DateTime) else day, clock)


@builtin("date and time", "date: datetime", "timezone: string")
def date_and_time_in_zone(run: Run, moment: DateTime, zone: str) -> Value:
    clock = moment.time
    made = checked_time(clock.hour, clock.minute, clock.second, clock.nanosecond, None, zone)
    if made is None:
        raise FeelNull(f"„{zone}“ ist keine Zeitzone.")
    return DateTime(moment.date, made)


@builtin("duration", "from: string")
def duration_from_text(run: Run, text: str) -> Value:
    return _found(parse_duration(text), text, "keine Dauer wie P1Y2M oder P3DT4H")


@builtin("duration", "from: days|months")
def duration_from(run: Run, value: Duration | YearsMonthsDuration) -> Value:
    return value


@builtin("years and months duration", "from: date|datetime", "to: date|datetime")
def years_and_months(run: Run, start: date | FarDate | DateTime, end: date | FarDate | DateTime) -> Value:
    first = start.date if isinstance(start, DateTime) else start
    last = end.date if isinstance(end, DateTime) else end
    return YearsMonthsDuration(months_between(first, last))


@builtin("number", "from: string", "grouping separator: string?", "decimal separator: string?")
def number_of(run: Run, text: str, grouping: str | None, point: str | None) -> Value:
    if (
        grouping not in (None, " ", ",", ".")
        or point not in (None, ",", ".")
        or (point and grouping == point)
    ):
        raise FeelNull("Die Trennzeichen müssen Leerzeichen, Komma oder Punkt und verschieden sein.")
    bare = text.replace(grouping, "") if grouping else text
    bare = bare.replace(point, ".") if point else bare
    if len(bare) > run.limits.pattern_size or not _PLAIN.fullmatch(bare):
        raise FeelNull(f"„{text[:40]}“ ist keine Zahl.")
    return _found(parse_number(bare), text, "keine Zahl")


@builtin("number", "from: string")
def number_of_plain(run: Run, text: str) -> Value:
    return number_of(run, text, None, None)


@builtin("number", "from: number")
def number_same(run: Run, number: Decimal) -> Value:
    return number


@builtin("string", "from: any?")
def string_of(run: Run, value: Value) -> Value:
    return None if value is None else text_of(value, run)


@builtin("range", "from: string")
def range_of(run: Run, text: str) -> Value:
    try:
        return range_from_text(text, run)
    except FeelError:
        raise FeelNull(f"„{text[:40]}“ ist kein Bereich wie [1..10).") from None
