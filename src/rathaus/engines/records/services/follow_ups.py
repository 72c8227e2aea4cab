from __future__ import annotations

from datetime import date

from django.db import transaction

from rathaus.engines.records.events import FollowUpDue
from rathaus.engines.records.models import Case, FollowUp
from rathaus.engines.records.services.timeline import note_in_timeline
from rathaus.identity.public import Actor, OrganizationalUnit, UserAccount, policies
from rathaus.kernel.public import audit, clock, events

BATCH = 500


@transaction.atomic
def schedule_follow_up(
    *,
    actor: Actor,
    case: Case,
    due_on: date,
    text: str,
    account: UserAccount | None = None,
    unit: OrganizationalUnit | None = None,
) -> FollowUp:
    """Put the case up for a day (Wiedervorlage), for a person or a unit, else for the lead unit."""
    policies.check(actor, "records.edit_case", case)
    if account is None and unit is None:
        unit = case.lead_unit
    follow_up = FollowUp.objects.create(
        case=case, due_on=due_on, text=text[:500], account=account, unit=unit, created_at=clock.now()
    )
    details = {"due_on": due_on.isoformat(), "text": follow_up.text}
    note_in_timeline(actor, case, "follow_up_scheduled", details)
    audit.append(
        actor=actor.audit_name,
        action="records.follow_up_scheduled",
        subject=case.audit_subject,
        details={"follow_up": follow_up.id, "due_on": due_on},
    )
    return follow_up


@transaction.atomic
def complete_follow_up(*, actor: Actor, follow_up: FollowUp) -> FollowUp:
    """Tick a follow-up off; doing so again changes nothing."""
    case = follow_up.case
    policies.check(actor, "records.edit_case", case)
    moment = clock.now()
    if FollowUp.objects.filter(pk=follow_up.pk, done_at=None).update(done_at=moment):
        follow_up.done_at = moment
        note_in_timeline(actor, case, "follow_up_done", {"text": follow_up.text})
        audit.append(
            actor=actor.audit_name,
            action="records.follow_up_done",
            subject=case.audit_subject,
            details={"follow_up": follow_up.id},
        )
    return follow_up


def announce_due_follow_ups() -> int:
    """Tell once of each follow-up whose day has come; returns how many."""
    count = 0
    while announced := _announce_batch():
        count += announced
    return count


@transaction.atomic
def _announce_batch() -> int:
    due = FollowUp.objects.filter(done_at=None, announced_at=None, due_on__lte=clock.today())
    batch = list(due.select_for_update(skip_locked=True).order_by("due_on", "id")[:BATCH])
    FollowUp.objects.filter(pk__in=[follow_up.pk for follow_up in batch]).update(announced_at=clock.now())
    for follow_up in batch:
        events.emit(FollowUpDue(case_id=follow_up.case_id, follow_up_id=follow_up.pk))
    return len(batch)
