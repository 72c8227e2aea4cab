from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import QuerySet

from rathaus.engines.records.models import Case, TimelineEntry
from rathaus.engines.records.queries.access import has_access
from rathaus.engines.records.timeline_texts import timeline_texts
from rathaus.identity.public import Actor, policies

# What staff write to each other stays among them, also where the entry itself is visible.
INTERNAL = frozenset({"reason", "note"})


@dataclass(frozen=True, slots=True)
class TimelineLine:
    """One line of the timeline in the active language."""

    number: int
    at: datetime
    kind: str
    text: str
    actor_name: str
    details: dict[str, Any]
    visible_to_applicant: bool


def timeline_of(actor: Actor, case: Case) -> list[TimelineLine]:
    """What happened, oldest first: all for staff; for the applicant what concerns them, without names."""
    return _lines(actor, case, lambda entries: entries.order_by("at", "id"))


def latest_in_timeline(
    actor: Actor, case: Case, count: int, *, before: int | None = None
) -> list[TimelineLine]:
    """The same lines, only the last that were written down (before a line's number), the newest first."""

    def newest(entries: QuerySet[TimelineEntry]) -> QuerySet[TimelineEntry]:
        earlier = entries if before is None else entries.filter(id__lt=before)
        return earlier.order_by("-id")[:count]

    return _lines(actor, case, newest)


def _lines(
    actor: Actor, case: Case, in_order: Callable[[QuerySet[TimelineEntry]], QuerySet[TimelineEntry]]
) -> list[TimelineLine]:
    policies.check(actor, "records.read_case", case)
    entries = TimelineEntry.objects.filter(case=case)
    for_applicant = not has_access(actor, case)
    if for_applicant:
        entries = entries.filter(visible_to_applicant=True)
    return [_line(entry, for_applicant) for entry in in_order(entries)]


def visible_timeline_of(case: Case) -> list[TimelineLine]:
    """What the applicant reads, for the system itself that hands it out to them."""
    entries = TimelineEntry.objects.filter(case=case, visible_to_applicant=True).order_by("at", "id")
    return [_line(entry, True) for entry in entries]


def _line(entry: TimelineEntry, for_applicant: bool) -> TimelineLine:
    details = entry.details
    if for_applicant:
        details = {name: value for name, value in details.items() if name not in INTERNAL}
    return TimelineLine(
        number=entry.pk,
        at=entry.at,
        kind=entry.kind,
        text=timeline_texts.render(entry.kind, entry.details, for_applicant=for_applicant),
        actor_name="" if for_applicant else entry.actor_name,
        details=details,
        visible_to_applicant=entry.visible_to_applicant,
    )
