from __future__ import annotations

from collections.abc import Mapping

from django.db import transaction

from rathaus.engines.records.models import Case, TimelineEntry
from rathaus.identity.public import Actor, policies
from rathaus.kernel.public import clock


def note_in_timeline(
    actor: Actor,
    case: Case,
    kind: str,
    details: Mapping[str, object] | None = None,
    *,
    visible_to_applicant: bool = False,
) -> TimelineEntry:
    """Write a line for a service that has checked the actor already: one INSERT."""
    return TimelineEntry.objects.create(
        case=case,
        at=clock.now(),
        kind=kind,
        actor_name=actor.name,
        details=dict(details or {}),
        visible_to_applicant=visible_to_applicant,
    )


@transaction.atomic(savepoint=False)
def add_timeline_entry(
    *,
    actor: Actor,
    case: Case,
    kind: str,
    details: Mapping[str, object] | None = None,
    visible_to_applicant: bool = False,
) -> TimelineEntry:
    """Add a line to the timeline; ``kind`` names a registered timeline text, ``details`` are JSON."""
    policies.check(actor, "records.write_timeline", case)
    return note_in_timeline(actor, case, kind, details, visible_to_applicant=visible_to_applicant)
