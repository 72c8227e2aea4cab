"""Adding, subtracting and comparing temporal values (DMN 1.5, 10.3.2.3.4 and tables 45, 56, 57)."""

from __future__ import annotations

from datetime import date

from ..errors import FeelNull
from .civil import MAX_YEAR, add_months
from .types import (
    DAY_SECONDS,
    NANOS,
    DateTime,
    Duration,
    FarDate,
    Time,
    date_of_day_number,
    day_number,
    make_date,
    zone_offset_at_utc,
)

DAY_NANOS = DAY_SECONDS * NANOS
_MAX_NANOS = (MAX_YEAR + 1) * 366 * DAY_NANOS


def at_midnight_utc(day: date | FarDate) -> DateTime:
    """The implicit conversion of a date to a date and time (DMN 1.5, 10.3.2.9.4)."""
    return DateTime(day, Time(0, 0, 0, offset=0))


def instant(moment: DateTime) -> tuple[bool, int]:
    """(has an offset, nanoseconds since 1970): only moments of the same first part can be compared."""
    offset = moment.utc_offset()
    return offset is not None, moment.local_nanos - (offset or 0) * NANOS


def clock_instant(clock: Time) -> tuple[bool, int]:
    offset = clock.utc_offset()
    return offset is not None, clock.local_nanos - (offset or 0) * NANOS


def time_of_nanos(nanos: int, offset: int | None, zone: str | None) -> Time:
    seconds, nano = divmod(nanos, NANOS)
    minutes, second = divmod(seconds, 60)
    hour, minute = divmod(minutes, 60)
    return Time(hour, minute, second, nano, offset, zone)


def date_plus_months(day: date | FarDate, months: int) -> date | FarDate:
    if abs(months) > MAX_YEAR * 24:
        raise FeelNull("Das Datum liegt außerhalb des Kalenders.")
    return _checked(*add_months(day.year, day.month, day.day, months))


def date_plus_nanos(day: date | FarDate, nanos: int) -> date | FarDate:
    _check_nanos(nanos)
    total = day_number(day) * DAY_NANOS + nanos
    return _checked_date(date_of_day_number(total // DAY_NANOS))


def moment_plus_months(moment: DateTime, months: int) -> DateTime:
    return DateTime(date_plus_months(moment.date, months), moment.time)


def moment_plus_nanos(moment: DateTime, nanos: int) -> DateTime:
    _check_nanos(nanos)
    clock = moment.time
    if clock.zone is None:
        return _moment(moment.local_nanos + nanos, clock.offset, None)
    utc = instant(moment)[1] + nanos
    offset = zone_offset_at_utc(clock.zone, utc // NANOS)
    return _moment(utc + offset * NANOS, None, clock.zone)


def time_plus_nanos(clock: Time, nanos: int) -> Time:
    return time_of_nanos((clock.local_nanos + nanos) % DAY_NANOS, clock.offset, clock.zone)


def days_between(later: date | FarDate, earlier: date | FarDate) -> Duration:
    return Duration((day_number(later) - day_number(earlier)) * DAY_NANOS)


def moment_difference(later: DateTime, earlier: DateTime) -> Duration:
    return _difference(instant(later), instant(earlier))


def time_difference(later: Time, earlier: Time) -> Duration:
    return _difference(clock_instant(later), clock_instant(earlier))


def months_between(start: date | FarDate, end: date | FarDate) -> int:
    """Whole months from `start` to `end`, cut towards zero (DMN 1.5, 10.3.4.1)."""
    months = (end.year - start.year) * 12 + end.month - start.month
    if months > 0 and end.day < start.day:
        return months - 1
    if months < 0 and end.day > start.day:
        return months + 1
    return months


def _difference(later: tuple[bool, int], earlier: tuple[bool, int]) -> Duration:
    if later[0] != earlier[0]:
        raise FeelNull("Nur einer der beiden Werte hat eine Zeitzone. Bitte bei beiden oder keinem angeben.")
    return Duration(later[1] - earlier[1])


def _moment(local: int, offset: int | None, zone: str | None) -> DateTime:
    days, nanos = divmod(local, DAY_NANOS)
    return DateTime(_checked_date(date_of_day_number(days)), time_of_nanos(nanos, offset, zone))


def _check_nanos(nanos: int) -> None:
    if abs(nanos) > _MAX_NANOS:
        raise FeelNull("Das Datum liegt außerhalb des Kalenders.")


def _checked(year: int, month: int, day: int) -> date | FarDate:
    return _checked_date(make_date(year, month, day))


def _checked_date(day: date | FarDate) -> date | FarDate:
    if abs(day.year) > MAX_YEAR:
        raise FeelNull("Das Datum liegt außerhalb des Kalenders.")
    return day
