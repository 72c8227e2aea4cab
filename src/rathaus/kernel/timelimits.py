"""Statutory time limits (Fristen): §§ 187-193 BGB, § 31 VwVfG, and the delivery fiction of § 41 (2) VwVfG."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Mapping
from datetime import date, timedelta
from functools import lru_cache
from types import MappingProxyType

import holidays as holiday_calendar
from django.conf import settings

__all__ = [
    "add_working_days",
    "end_of_period",
    "holidays_of",
    "is_working_day",
    "next_working_day",
    "notified_on",
]

# Art. 3 Postrechtsmodernisierungsgesetz: the fiction of four days holds for letters posted from this day on.
FOUR_DAYS_SINCE = date(2025, 1, 1)
SATURDAY = 5


def holidays_of(year: int) -> Mapping[date, str]:
    """The public holidays of the town's federal state in a year, with their German names."""
    return _holidays(settings.RATHAUS_STATE, year)


@lru_cache(maxsize=256)
def _holidays(state: str, year: int) -> Mapping[date, str]:
    found = holiday_calendar.country_holidays("DE", subdiv=state, years=year, language="de")
    return MappingProxyType(dict(sorted(found.items())))


def is_working_day(day: date) -> bool:
    """Neither Saturday nor Sunday nor a public holiday (§ 193 BGB)."""
    return day.weekday() < SATURDAY and day not in holidays_of(day.year)


def next_working_day(day: date) -> date:
    """The day itself, or the first working day after it (§ 193 BGB, § 31 (3) VwVfG)."""
    while not is_working_day(day):
        day += timedelta(days=1)
    return day


def add_working_days(day: date, n: int) -> date:
    """The n-th working day after ``day`` (before it where n is negative); the day itself is not counted."""
    step = timedelta(days=1 if n >= 0 else -1)
    remaining = abs(n)
    while remaining:
        day += step
        remaining -= is_working_day(day)
    return day


def end_of_period(
    start: date,
    *,
    days: int | None = None,
    weeks: int | None = None,
    months: int | None = None,
    years: int | None = None,
    event_day: bool = True,
    extend: bool = True,
) -> date:
    """The last day of a period (Fristende, §§ 187, 188, 193 BGB; § 31 VwVfG).

    Give exactly one of days, weeks, months, years. ``event_day=True``: an event falls into the start day,
    which is not counted (§ 187 (1)); False: the period begins with the start day (§ 187 (2)).
    ``extend=False`` leaves out the next working day, for periods within which the authority itself has to act
    (§ 31 (4) VwVfG).
    """
    given = [value for value in (days, weeks, months, years) if value is not None]
    if len(given) != 1 or given[0] < 0:
        raise ValueError("exactly one of days, weeks, months, years, and not negative")
    if days is not None or weeks is not None:
        length = days if days is not None else 7 * (weeks or 0)
        last = start + timedelta(days=length if event_day else length - 1)
    else:
        last = _month_end(start, months if months is not None else 12 * (years or 0), event_day)
    return next_working_day(last) if extend else last


def _month_end(start: date, months: int, event_day: bool) -> date:
    """§ 188 (2) and (3) BGB: the day of the same number, the one before it, or the month's last day."""
    number = start.day if event_day else start.day - 1
    index = start.year * 12 + start.month - 1 + months
    if number == 0:
        index -= 1
        number = 31
    year, month = divmod(index, 12)
    return date(year, month + 1, min(number, monthrange(year, month + 1)[1]))


def notified_on(posted: date, *, electronic: bool = False, tax: bool = False) -> date:
    """The day on which a letter counts as notified (Bekanntgabefiktion, § 41 (2) VwVfG, § 122 (2), (2a) AO).

    Posted or sent electronically since 2025: the fourth day, before: the third. By the prevailing view the
    day is not moved from a weekend under the VwVfG; for notices under tax law (``tax=True``, such as dog tax
    by way of the municipal charges acts) § 108 (3) AO moves it to the next working day.
    """
    del electronic  # both ways take equally long since the change of 2025; the law may part them again
    day = posted + timedelta(days=4 if posted >= FOUR_DAYS_SINCE else 3)
    return next_working_day(day) if tax else day
