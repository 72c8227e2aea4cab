"""The temporal kinds that Python does not have (DMN 1.5, 10.3.2.3.4 to 10.3.2.3.8).

A FEEL date of the years 1 to 9999 is a `datetime.date`; others are a `FarDate`.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, timezone, tzinfo
from functools import lru_cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from .civil import civil_from_days, days_from_civil

NANOS = 1_000_000_000
DAY_SECONDS = 86_400
_CYCLE_YEARS = 400


@dataclass(frozen=True, slots=True, order=True)
class FarDate:
    """A date outside the years 1 to 9999."""

    year: int
    month: int
    day: int


@dataclass(frozen=True, slots=True)
class Time:
    """A time of day: `offset` in seconds east of UTC, or `zone` as IANA name, or neither (local)."""

    hour: int
    minute: int
    second: int
    nanosecond: int = 0
    offset: int | None = None
    zone: str | None = None

    @property
    def local_nanos(self) -> int:
        """Nanoseconds since midnight on the clock's face."""
        return ((self.hour * 60 + self.minute) * 60 + self.second) * NANOS + self.nanosecond

    @property
    def is_local(self) -> bool:
        return self.offset is None and self.zone is None

    def utc_offset(self) -> int | None:
        """Seconds east of UTC; a zone's standard offset, because a bare time knows no date."""
        if self.zone is not None:
            return standard_offset(self.zone)
        return self.offset

    def to_python(self) -> time:
        """The `datetime.time`, cut to microseconds."""
        return time(self.hour, self.minute, self.second, self.nanosecond // 1000, _tzinfo(self))


@dataclass(frozen=True, slots=True)
class DateTime:
    """A date and time."""

    date: date | FarDate
    time: Time

    @property
    def local_nanos(self) -> int:
        """Nanoseconds since 1970-01-01T00:00:00 on the clock's face."""
        return day_number(self.date) * DAY_SECONDS * NANOS + self.time.local_nanos

    def utc_offset(self) -> int | None:
        if self.time.zone is not None:
            return zone_offset(self.time.zone, self.local_nanos // NANOS)
        return self.time.offset

    def to_python(self) -> datetime:
        """The `datetime.datetime`, cut to microseconds. Raises ValueError outside the years 1 to 9999."""
        if isinstance(self.date, FarDate):
            raise ValueError("Das Jahr liegt außerhalb von 1 bis 9999.")
        clock = self.time
        return datetime.combine(
            self.date,
            time(clock.hour, clock.minute, clock.second, clock.nanosecond // 1000),
            _tzinfo(clock),
        )


@dataclass(frozen=True, slots=True, order=True)
class Duration:
    """A days and time duration."""

    nanoseconds: int

    def to_timedelta(self) -> timedelta:
        """The `datetime.timedelta`, cut to microseconds."""
        return timedelta(microseconds=self.nanoseconds // 1000)


@dataclass(frozen=True, slots=True, order=True)
class YearsMonthsDuration:
    """A years and months duration."""

    months: int


def make_date(year: int, month: int, day: int) -> date | FarDate:
    return date(year, month, day) if 1 <= year <= 9999 else FarDate(year, month, day)


def day_number(day: date | FarDate) -> int:
    """Days since 1970-01-01."""
    if isinstance(day, FarDate):
        return days_from_civil(day.year, day.month, day.day)
    return day.toordinal() - 719_163


def date_of_day_number(days: int) -> date | FarDate:
    return make_date(*civil_from_days(days))


@lru_cache(maxsize=512)
def find_zone(name: str) -> ZoneInfo | None:
    """The IANA zone of that name, None when there is none."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return None


def zone_offset(name: str, local_seconds: int) -> int:
    """Seconds east of UTC that the zone's clocks show at that local time."""
    zone = find_zone(name)
    if zone is None:
        return 0
    days, seconds = divmod(local_seconds, DAY_SECONDS)
    year, month, day = civil_from_days(days)
    if not 1 < year < 9999:
        year = 2000 + year % _CYCLE_YEARS
    moment = datetime(year, month, day, tzinfo=zone) + timedelta(seconds=seconds)
    return _seconds(moment.utcoffset())


def zone_offset_at_utc(name: str, utc_seconds: int) -> int:
    """Seconds east of UTC that the zone's clocks show at that moment."""
    zone = find_zone(name)
    if zone is None:
        return 0
    days, seconds = divmod(utc_seconds, DAY_SECONDS)
    year, month, day = civil_from_days(days)
    if not 1 < year < 9999:
        year = 2000 + year % _CYCLE_YEARS
    moment = datetime(year, month, day, tzinfo=UTC) + timedelta(seconds=seconds)
    return _seconds(moment.astimezone(zone).utcoffset())


def standard_offset(name: str) -> int:
    zone = find_zone(name)
    if zone is None:
        return 0
    winter = datetime(2000, 1, 1, tzinfo=zone)
    return _seconds(winter.utcoffset()) - _seconds(winter.dst())


def _seconds(delta: timedelta | None) -> int:
    return int(delta.total_seconds()) if delta is not None else 0


def _tzinfo(clock: Time) -> tzinfo | None:
    if clock.zone is not None:
        return find_zone(clock.zone)
    return None if clock.offset is None else timezone(timedelta(seconds=clock.offset))
