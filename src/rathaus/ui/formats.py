"""Values as people read them: money, dates, moments."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal

from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from rathaus.kernel.public import clock, money, text

MONTH = 30


def euro(value: Decimal | int | str | None) -> str:
    """Return "60,00 €" (English "€60.00" as the kernel decides); empty for nothing."""
    if value in (None, ""):
        return ""
    return money.format_euro(Decimal(str(value)), _language())


def datum(value: date | datetime | str | None) -> str:
    """Return "4. Dezember 2026"."""
    day = _as_date(value)
    return "" if day is None else text.format_date(day, _language())


def zeitpunkt(value: datetime | str | None) -> str:
    """Return "4. Dezember 2026, 10:30 Uhr"."""
    if not value:
        return ""
    moment = datetime.fromisoformat(value) if isinstance(value, str) else value
    return text.format_datetime(moment, _language())


def localized(value: Mapping[str, str] | str | None) -> str:
    """Return the text in the reader's language, German where there is none."""
    return "" if not value else text.localized(value, _language())


def relative_days(value: date | datetime | str | None) -> str:
    """Return how far a day is: "today", "tomorrow", "in 3 days", "5 days ago"; beyond a month the date."""
    day = _as_date(value)
    if day is None:
        return ""
    distance = (day - clock.today()).days
    near = {0: _("today"), 1: _("tomorrow"), -1: _("yesterday")}
    if distance in near:
        return near[distance]
    if abs(distance) > MONTH:
        return datum(day)
    count = abs(distance)
    if distance > 0:
        return ngettext("in %(count)s day", "in %(count)s days", count) % {"count": count}
    return ngettext("%(count)s day ago", "%(count)s days ago", count) % {"count": count}


def _as_date(value: date | datetime | str | None) -> date | None:
    if not value:
        return None
    if isinstance(value, str):
        return date.fromisoformat(value[:10])
    if isinstance(value, datetime):
        return value.astimezone(clock.now().tzinfo).date()
    return value


def _language() -> str:
    return (get_language() or "de")[:2]
