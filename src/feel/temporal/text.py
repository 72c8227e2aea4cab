"""Reading and writing dates, times and durations (XML Schema forms, DMN 1.5, 10.3.2.3 and 10.3.4.1).

The reading functions give None where the text is not of that form.
"""

from __future__ import annotations

import re
from datetime import date

from .civil import MAX_YEAR, days_in_month
from .types import NANOS, DateTime, Duration, FarDate, Time, YearsMonthsDuration, find_zone, make_date

MAX_OFFSET = 18 * 3600
_DATE = re.compile(r"(-?)([0-9]{4}|[1-9][0-9]{4,8})-([0-9]{2})-([0-9]{2})")
_TIME = re.compile(
    r"([0-9]{2}):([0-9]{2}):([0-9]{2})(?:\.([0-9]{1,9}))?"
    r"(?:(Z)|([+-])([0-9]{2}):([0-9]{2})(?::([0-9]{2}))?|@([A-Za-z0-9_+\-/]{1,60}))?"
)
_MONTHS = re.compile(r"(-?)P(?=[0-9])(?:([0-9]{1,12})Y)?(?:([0-9]{1,12})M)?")
_DAYS = re.compile(
    r"(-?)P(?=[0-9T])(?:([0-9]{1,12})D)?"
    r"(?:T(?=[0-9])(?:([0-9]{1,12})H)?(?:([0-9]{1,12})M)?(?:([0-9]{1,12})(?:\.([0-9]{1,9}))?S)?)?"
)


def parse_date(text: str) -> date | FarDate | None:
    match = _DATE.fullmatch(text)
    if match is None:
        return None
    sign, year, month, day = match.groups()
    return checked_date(-int(year) if sign else int(year), int(month), int(day))


def checked_date(year: int, month: int, day: int) -> date | FarDate | None:
    if abs(year) > MAX_YEAR or not 1 <= month <= 12 or not 1 <= day <= days_in_month(year, month):
        return None
    return make_date(year, month, day)


def parse_time(text: str) -> Time | None:
    match = _TIME.fullmatch(text)
    if match is None:
        return None
    hour, minute, second, fraction, utc, sign, east_h, east_m, east_s, zone = match.groups()
    offset = 0 if utc else None
    if sign:
        offset = int(east_h) * 3600 + int(east_m) * 60 + int(east_s or 0)
        if int(east_m) > 59 or int(east_s or 0) > 59:
            return None
        offset = -offset if sign == "-" else offset
    nanos = int((fraction or "").ljust(9, "0")) if fraction else 0
    return checked_time(int(hour), int(minute), int(second), nanos, offset, zone)


def checked_time(
    hour: int, minute: int, second: int, nanosecond: int, offset: int | None, zone: str | None = None
) -> Time | None:
    if not (0 <= hour < 24 and 0 <= minute < 60 and 0 <= second < 60 and 0 <= nanosecond < NANOS):
        return None
    if offset is not None and abs(offset) > MAX_OFFSET:
        return None
    if zone is not None and find_zone(zone) is None:
        return None
    return Time(hour, minute, second, nanosecond, offset, zone)


def parse_date_time(text: str) -> DateTime | None:
    """A date and time; a bare date means its midnight."""
    day_text, separator, time_text = text.partition("T")
    day = parse_date(day_text)
    if day is None:
        return None
    clock = parse_time(time_text) if separator else Time(0, 0, 0)
    return None if clock is None else DateTime(day, clock)


def parse_duration(text: str) -> Duration | YearsMonthsDuration | None:
    match = _MONTHS.fullmatch(text)
    if match is not None and match.end() > 1:
        sign, years, months = match.groups()
        total = int(years or 0) * 12 + int(months or 0)
        return YearsMonthsDuration(-total if sign else total)
    match = _DAYS.fullmatch(text)
    if match is None:
        return None
    sign, days, hours, minutes, seconds, fraction = match.groups()
    whole = ((int(days or 0) * 24 + int(hours or 0)) * 60 + int(minutes or 0)) * 60 + int(seconds or 0)
    nanos = whole * NANOS + int((fraction or "").ljust(9, "0"))
    return Duration(-nanos if sign else nanos)


def parse_temporal(
    text: str,
) -> date | FarDate | Time | DateTime | Duration | YearsMonthsDuration | None:
    """What an at-literal stands for."""
    if text[:1] == "P" or text[:2] == "-P":
        return parse_duration(text)
    if "T" in text.partition("@")[0]:
        return parse_date_time(text)
    return parse_date(text) or parse_time(text)


def format_date(day: date | FarDate) -> str:
    return f"{'-' if day.year < 0 else ''}{abs(day.year):04d}-{day.month:02d}-{day.day:02d}"


def format_time(clock: Time) -> str:
    text = f"{clock.hour:02d}:{clock.minute:02d}:{clock.second:02d}"
    if clock.nanosecond:
        text += f".{clock.nanosecond:09d}".rstrip("0")
    if clock.zone is not None:
        return f"{text}@{clock.zone}"
    return text if clock.offset is None else text + format_offset(clock.offset)


def format_offset(seconds: int) -> str:
    if not seconds:
        return "Z"
    hours, rest = divmod(abs(seconds), 3600)
    minutes, odd = divmod(rest, 60)
    tail = f":{odd:02d}" if odd else ""
    return f"{'-' if seconds < 0 else '+'}{hours:02d}:{minutes:02d}{tail}"


def format_date_time(moment: DateTime) -> str:
    return f"{format_date(moment.date)}T{format_time(moment.time)}"


def format_months(duration: YearsMonthsDuration) -> str:
    years, months = divmod(abs(duration.months), 12)
    body = (f"{years}Y" if years else "") + (f"{months}M" if months or not years else "")
    return f"{'-' if duration.months < 0 else ''}P{body}"


def format_days(duration: Duration) -> str:
    seconds, nanos = divmod(abs(duration.nanoseconds), NANOS)
    minutes, second = divmod(seconds, 60)
    hours, minute = divmod(minutes, 60)
    days, hour = divmod(hours, 24)
    fraction = f".{nanos:09d}".rstrip("0") if nanos else ""
    clock = (f"{hour}H" if hour else "") + (f"{minute}M" if minute else "")
    clock += f"{second}{fraction}S" if second or nanos else ""
    body = (f"{days}D" if days else "") + (f"T{clock}" if clock else "")
    return f"{'-' if duration.nanoseconds < 0 else ''}P{body or 'T0S'}"
