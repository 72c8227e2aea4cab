from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from uuid import UUID

from django.db import transaction

from rathaus.engines.records import search
from rathaus.engines.records.errors import NotAssignable
from rathaus.engines.records.events import CaseAssigned, CaseHandedOn, CaseOpened
from rathaus.engines.records.models import (
    Case,
    CaseSearchEntry,
    Dossier,
    FilePlanEntry,
    FollowUp,
    Participant,
)
from rathaus.engines.records.services.timeline import note_in_timeline
from rathaus.identity.public import (
    AccessSet,
    Actor,
    OrganizationalUnit,
    UserAccount,
    access_set_for,
    closed_access_set_for,
    policies,
)
from rathaus.kernel.public import audit, clock, events, numbering


@dataclass(frozen=True, slots=True)
class NewParticipant:
    """A person to be entered in a case besides the applicant."""

    role: str
    name: str
    address: Mapping[str, str] = field(default_factory=dict)
    account: UserAccount | None = None


# No savepoint: it runs inside the door's own transaction; a case that cannot be opened ends that one, too.
@transaction.atomic(savepoint=False)
def open_case(
    *,
    actor: Actor,
    case_type: str,
    title: str,
    plan_entry: FilePlanEntry,
    unit: OrganizationalUnit,
    applicant: UserAccount | None = None,
    applicant_name: str = "",
    channel: str,
    due_on: date | None = None,
    dossier: Dossier | None = None,
    participants: Sequence[NewParticipant] = (),
    opened_at: datetime | None = None,
    retention_years: int | None = None,
) -> Case:
    """Open a case, in the dossier given or in a new one, with references drawn by the file plan's patterns.

    The case takes its rights from the dossier, a new dossier from the unit.
    """
    policies.check(actor, "records.open_case", unit)
    moment = opened_at or clock.now()
    day = moment.date()
    names: dict[str, object] = {"plan": plan_entry.code, "unit": unit.code, "year": day.year}
    title = title[:250]
    if dossier is None:
        years = plan_entry.retention_years if retention_years is None else retention_years
        dossier = _open_dossier(plan_entry, unit, title, day, years, names)
    reference = numbering.draw("records.case", plan_entry.case_pattern, **names)
    case = Case.objects.create(
        case_reference=reference,
        title=title,
        case_type=case_type,
        dossier=dossier,
        lead_unit=unit,
        access_set_id=dossier.access_set_id,
        channel=channel,
        opened_at=moment,
        due_on=due_on,
        applicant=applicant,
        applicant_name=applicant_name,
    )
    case.is_being_opened = True
    _enter_participants(case, participants)
    _make_findable(case, dossier, participants)
    note_in_timeline(
        actor, case, "opened", {"case_type": case_type, "channel": channel}, visible_to_applicant=True
    )
    audit.append(
        actor=actor.audit_name,
        action="records.case_opened",
        subject=case.audit_subject,
        details={"reference": reference, "type": case_type},
    )
    events.emit(CaseOpened(case_id=case.id, case_type=case_type))
    return case


def _open_dossier(
    plan_entry: FilePlanEntry,
    unit: OrganizationalUnit,
    title: str,
    day: date,
    retention_years: int,
    names: Mapping[str, object],
) -> Dossier:
    return Dossier.objects.create(
        file_reference=numbering.draw("records.dossier", plan_entry.file_pattern, **names),
        title=title,
        plan_entry=plan_entry,
        unit=unit,
        access_set=unit.access_set,
        opened_on=day,
        retention_years=retention_years,
    )


def _enter_participants(case: Case, participants: Sequence[NewParticipant]) -> None:
    entered = [
        Participant(case=case, role=new.role, name=new.name, address=dict(new.address), account=new.account)
        for new in participants
    ]
    if entered:
        Participant.objects.bulk_create(entered)


def _make_findable(case: Case, dossier: Dossier, participants: Sequence[NewParticipant]) -> None:
    words = search.entry_text(
        case.access_set_id,
        case.case_reference,
        dossier.file_reference,
        case.title,
        case.applicant_name,
        *(new.name for new in participants),
    )
    CaseSearchEntry.objects.create(case=case, access_set_id=case.access_set_id, text=words)


@transaction.atomic
def assign_case(*, actor: Actor, case: Case, assignee: UserAccount | None) -> Case:
    """Give the case to a person of the town hall, or (None) back to the unit. Raises NotAssignable."""
    policies.check(actor, "records.assign_case", case)
    if assignee is not None and not assignee.is_employee:
        raise NotAssignable(assignee.name)
    case.assignee = assignee
    case.save(update_fields=["assignee"])
    if assignee is None:
        note_in_timeline(actor, case, "unassigned")
    else:
        note_in_timeline(actor, case, "assigned", {"assignee": assignee.name})
    assignee_id = assignee.id if assignee else None
    audit.append(
        actor=actor.audit_name,
        action="records.case_assigned",
        subject=case.audit_subject,
        details={"assignee": assignee_id},
    )
    events.emit(CaseAssigned(case_id=case.id, assignee_id=assignee_id))
    return case


@transaction.atomic
def hand_on_case(*, actor: Actor, case: Case, unit: OrganizationalUnit, note: str = "") -> Case:
    """Make another unit lead the case. The rights go with it: who loses access, loses it at once.

    Open follow-ups of the old unit go along; a dossier that holds only this case goes, too.
    """
    policies.check(actor, "records.hand_on_case", case)
    before = case.lead_unit
    case.lead_unit, case.assignee = unit, None
    # Protected stays protected: for the head of the other unit, who names its people.
    case.access_set = (
        closed_access_set_for(unit_ids=[unit.pk], account_ids=()) if case.is_protected else unit.access_set
    )
    case.save(update_fields=["lead_unit", "access_set", "assignee"])
    FollowUp.objects.filter(case=case, done_at=None).update(unit=unit, account=None)
    if not Case.objects.filter(dossier_id=case.dossier_id).exclude(pk=case.pk).exists():
        Dossier.objects.filter(pk=case.dossier_id).update(unit=unit, access_set_id=case.access_set_id)
    move_search_entry(case)
    names = {"from_unit": before.name, "unit": unit.name, "note": note}
    note_in_timeline(actor, case, "handed_on", names, visible_to_applicant=True)
    audit.append(
        actor=actor.audit_name,
        action="records.case_handed_on",
        subject=case.audit_subject,
        details={"from": before.code, "to": unit.code},
    )
    events.emit(
        CaseHandedOn(
            case_id=case.id, from_unit_id=before.id, unit_id=unit.id, access_set_id=case.access_set_id
        )
    )
    return case


@transaction.atomic
def involve_unit(*, actor: Actor, case: Case, unit: OrganizationalUnit) -> Case:
    """Let another unit open the case, since it has work in it. The lead stays; a second call changes nothing."""
    policies.check(actor, "records.edit_case", case)
    # Two units that are involved at the same moment must not forget each other.
    locked = Case.objects.select_for_update(of=("self",)).select_related("access_set").get(pk=case.pk)
    case.access_set = locked.access_set
    grants = list(case.access_set.grants.select_related("unit"))
    granted = [grant.unit for grant in grants if grant.unit is not None]
    if unit in granted:
        return case
    case.is_protected = locked.is_protected
    case.access_set = _widened(
        case, [*granted, unit], [grant.account_id for grant in grants if grant.account_id]
    )
    case.save(update_fields=["access_set"])
    move_search_entry(case)
    note_in_timeline(actor, case, "unit_involved", {"unit": unit.name}, visible_to_applicant=True)
    audit.append(
        actor=actor.audit_name,
        action="records.unit_involved",
        subject=case.audit_subject,
        details={"unit": unit.code},
    )
    return case


def _widened(case: Case, units: Sequence[OrganizationalUnit], account_ids: Sequence[UUID]) -> AccessSet:
    """The set with one more unit; of a protected case, for its heads alone."""
    if case.is_protected:
        return closed_access_set_for(unit_ids=[unit.pk for unit in units], account_ids=account_ids)
    return access_set_for(units, " + ".join(sorted(unit.code for unit in units))[:200])


def move_search_entry(case: Case) -> None:
    """The search knows the access set; it goes with the case."""
    entry = CaseSearchEntry.objects.get(case=case)
    entry.access_set_id = case.access_set_id
    entry.text = search.moved_text(entry.text, case.access_set_id)
    entry.save(update_fields=["access_set", "text"])


@transaction.atomic
def set_case_due(*, actor: Actor, case: Case, due_on: date | None) -> Case:
    """Set the day by which the case shall be settled."""
    policies.check(actor, "records.edit_case", case)
    case.due_on = due_on
    case.save(update_fields=["due_on"])
    note_in_timeline(actor, case, "due_changed", {"due_on": due_on.isoformat() if due_on else None})
    audit.append(
        actor=actor.audit_name,
        action="records.case_due_set",
        subject=case.audit_subject,
        details={"due_on": due_on},
    )
    return case
