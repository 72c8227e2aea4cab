"""The catalogue as the portal shows it, in the reader's language."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from functools import lru_cache
from itertools import groupby

from django.core.cache import caches
from django.db.models import Count
from django.utils.translation import get_language

from rathaus.blueprints import public as blueprints
from rathaus.engines.records import public as records
from rathaus.kernel.public import clock, text

MOST_USED = 6
_COUNTS = "portal.cases_by_service"
_AN_HOUR = 3600
_A_SEASON = timedelta(days=90)


@dataclass(frozen=True, slots=True)
class Offer:
    """A service as lists show it. ``reason`` says why it is off, empty while it is on."""

    slug: str
    title: str
    summary: str
    unit_name: str
    audience: tuple[str, ...]
    reason: str = ""
    is_active: bool = True


def language() -> str:
    return (get_language() or "de")[:2]


@lru_cache(maxsize=1024)
def descriptor_of(version: blueprints.ServiceVersion) -> blueprints.Descriptor:
    """What a version says; checked once for each process, because versions never change."""
    return version.descriptor


def in_language(value: object) -> str:
    """A blueprint's text in the reader's language, German where there is no other."""
    return str(getattr(value, language(), None) or getattr(value, "de", ""))


def unit_name(unit: object) -> str:
    name = getattr(unit, "name_en", "") if language() == "en" else ""
    return str(name or getattr(unit, "name", ""))


def offer(service: blueprints.Service) -> Offer:
    assert service.current is not None  # installed_services() has only such
    descriptor = descriptor_of(service.current)
    return Offer(
        slug=service.slug,
        title=in_language(descriptor.title),
        summary=in_language(descriptor.summary),
        unit_name=unit_name(service.unit),
        audience=tuple(descriptor.audience),
        reason="" if service.is_active else text.localized(service.inactive_reason, language()),
        is_active=service.is_active,
    )


def offers(audience: str = "") -> list[Offer]:
    """All services from A to Z, or those for an audience. One query."""
    found = [offer(service) for service in blueprints.installed_services()]
    wanted = [entry for entry in found if not audience or audience in entry.audience]
    return sorted(wanted, key=lambda entry: text.fold(entry.title))


def by_letter(entries: Iterable[Offer]) -> list[tuple[str, list[Offer]]]:
    """Entries (in order) under their first letters."""
    return [(letter, list(group)) for letter, group in groupby(entries, key=_letter)]


def _letter(entry: Offer) -> str:
    return text.fold(entry.title)[:1].upper()


def most_used(entries: Iterable[Offer]) -> list[Offer]:
    """The services with the most cases of the last season, filled up in the order given; counted once an hour."""
    counts: dict[str, int] = caches["pages"].get_or_set(_COUNTS, _cases_by_service, _AN_HOUR) or {}
    active = [entry for entry in entries if entry.is_active]
    return sorted(active, key=lambda entry: -counts.get(entry.slug, 0))[:MOST_USED]


def _cases_by_service() -> dict[str, int]:
    recent = records.Case.objects.filter(opened_at__gte=clock.now() - _A_SEASON)
    rows = recent.values("case_type").annotate(number=Count("id")).order_by()
    return {row["case_type"]: row["number"] for row in rows}
