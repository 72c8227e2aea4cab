"""Dates and times of day."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any, ClassVar, Self

from django.utils.translation import gettext as _

from rathaus.kernel.public import text as texts

from ..definition.spec import Spec
from .base import Evaluate, Invalid
from .bounds import NO_BOUNDS, Bounds, read_bounds
from .single import SingleInput

_ISO_DATE = re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2})", re.ASCII)
_DAY_FIRST = re.compile(
    r"([0-9]{1,2})(?:\.\s*|\s+)([0-9]{1,2}|[a-zäöü]+)(?:\.\s*|\s+)([0-9]{4})", re.IGNORECASE
)
_ISO_TIME = re.compile(r"([01][0-9]|2[0-3]):([0-5][0-9])", re.ASCII)
_CLOCK = re.compile(r"([01]?[0-9]|2[0-3])(?:[:.]([0-5][0-9]))?(?:\s*(?:Uhr|h))?", re.ASCII | re.IGNORECASE)
_BARE_HOUR = re.compile(r"[0-9]{1,2}", re.ASCII)
_MONTHS = {
    name[:3]: number
    for names in (
        "januar februar märz april mai juni juli august september oktober november dezember",
        "january february march april may june july august september october november december",
    )
    for number, name in enumerate(names.split(), 1)
} | {"jän": 1, "mrz": 3, "mae": 3}
MAX_TYPED = 40


def read_date(typed: str) -> date | None:
    """Return the day of "4.12.2026", "4. Dezember 2026", "4 12 2026" or "2026-12-04"; None when there is none."""
    typed = " ".join(typed[:MAX_TYPED].split())
    iso = _ISO_DATE.fullmatch(typed)
    if iso is not None:
        return _day(iso[1], iso[2], iso[3])
    german = _DAY_FIRST.fullmatch(typed)
    if german is None:
        return None
    month = german[2] if german[2].isdigit() else str(_MONTHS.get(german[2].lower()[:3], 0))
    return _day(german[3], month, german[1])


def _day(year: str, month: str, day: str) -> date | None:
    try:
        return date(int(year), int(month), int(day))
    except ValueError:
        return None


def _iso_day(value: object) -> date | None:
    if isinstance(value, date) and not isinstance(value, datetime):
        return value
    match = _ISO_DATE.fullmatch(value) if isinstance(value, str) else None
    return _day(match[1], match[2], match[3]) if match else None


def _iso_clock(value: object) -> time | None:
    match = _ISO_TIME.fullmatch(value) if isinstance(value, str) else None
    return time(int(match[1]), int(match[2])) if match else None


@dataclass(frozen=True, slots=True)
class Date(SingleInput):
    """A day, canonical as "2026-12-04"."""

    type: ClassVar[str] = "date"
    partial: ClassVar[str] = "date"
    bounds: Bounds = NO_BOUNDS

    @classmethod
    def read(cls, spec: Spec) -> Self:
        return cls(read_bounds(spec, _iso_day, "ein Datum wie 2026-12-04"))

    def parse(self, text: str, language: str) -> Any:
        day = read_date(text)
        if day is None:
            raise Invalid(_("Enter “%(label)s” as a date with day, month and year, for example 4.12.2026."))
        return day.isoformat()

    def clean(self, value: Any) -> Any:
        day = _iso_day(value)
        if day is None:
            raise Invalid(_("“%(label)s” must be a date in the form 2026-12-04."))
        return day.isoformat()

    def typed(self, value: Any) -> object:
        return date.fromisoformat(value)

    def check(self, value: Any, evaluate: Evaluate) -> Iterator[Invalid]:
        day = date.fromisoformat(value)
        if day.year < 1800:
            yield Invalid(_("Check the year in “%(label)s”. Write it with four digits, for example 2026."))
            return
        found = self.bounds.broken(self, value, evaluate)
        if found is not None:
            early = found[0] == "low"
            message = (
                _("“%(label)s” must be %(limit)s or later.")
                if early
                else _("“%(label)s” must be %(limit)s or earlier.")
            )
            yield Invalid(message, limit=found[1])

    def shown(self, value: Any, language: str) -> str:
        return texts.format_date(date.fromisoformat(value), language)

    def entered(self, value: Any, language: str) -> str:
        day = date.fromisoformat(value)
        return f"{day.day:02}.{day.month:02}.{day.year:04}"

    def widget(self, value: Any, typed: Any, language: str) -> dict[str, Any]:
        return {**super(Date, self).widget(value, typed, language), "type": "text"}

    def help_text(self) -> str:
        return _("Day, month, year, for example 4.12.2026")


@dataclass(frozen=True, slots=True)
class Time(SingleInput):
    """A time of day, canonical as "14:30"."""

    type: ClassVar[str] = "time"
    partial: ClassVar[str] = "time"
    bounds: Bounds = NO_BOUNDS

    @classmethod
    def read(cls, spec: Spec) -> Self:
        return cls(read_bounds(spec, _iso_clock, "eine Uhrzeit wie 14:30"))

    def parse(self, text: str, language: str) -> Any:
        text = text.strip()[:MAX_TYPED]
        match = _CLOCK.fullmatch(text)
        if match is None or _BARE_HOUR.fullmatch(text):
            raise Invalid(_("Enter “%(label)s” as a time, for example 14:30."))
        return f"{int(match[1]):02}:{match[2] or '00'}"

    def clean(self, value: Any) -> Any:
        if isinstance(value, time):
            value = f"{value:%H:%M}"
        if _iso_clock(value) is None:
            raise Invalid(_("“%(label)s” must be a time in the form 14:30."))
        return value

    def typed(self, value: Any) -> object:
        return time.fromisoformat(value)

    def check(self, value: Any, evaluate: Evaluate) -> Iterator[Invalid]:
        return self.bounds.check(self, value, evaluate)

    def shown(self, value: Any, language: str) -> str:
        return str(value) if language == "en" else f"{value} Uhr"

    def entered(self, value: Any, language: str) -> str:
        return str(value)

    def widget(self, value: Any, typed: Any, language: str) -> dict[str, Any]:
        return {**super(Time, self).widget(value, typed, language), "type": "text"}

    def help_text(self) -> str:
        return _("For example 14:30")
