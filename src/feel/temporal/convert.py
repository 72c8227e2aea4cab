"""From Python's temporal values to FEEL's."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta, tzinfo
from zoneinfo import ZoneInfo

from .types import DateTime, Duration, Time


def from_python(raw: date | time | timedelta) -> date | DateTime | Time | Duration:
    """A date stays as it is; datetime, time and timedelta become FEEL's own kinds."""
    if isinstance(raw, datetime):
        return DateTime(raw.date(), _time(raw, raw.utcoffset(), raw.tzinfo))
    if isinstance(raw, date):
        return raw
    if isinstance(raw, time):
        return _time(raw, raw.utcoffset(), raw.tzinfo)
    return Duration(((raw.days * 86_400 + raw.seconds) * 1_000_000 + raw.microseconds) * 1000)


def _time(raw: datetime | time, offset: timedelta | None, zone: tzinfo | None) -> Time:
    name = zone.key if isinstance(zone, ZoneInfo) else None
    seconds = None if offset is None or name else int(offset.total_seconds())
    return Time(raw.hour, raw.minute, raw.second, raw.microsecond * 1000, seconds, name)
