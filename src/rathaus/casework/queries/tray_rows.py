"""What the rows of the in-tray say."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from rathaus.casework.models import CoSignature
from rathaus.engines.processes import public as processes
from rathaus.engines.records import public as records
from rathaus.identity.public import Actor
from rathaus.kernel.public import clock


@dataclass(frozen=True, slots=True)
class Place:
    """Where a page ends; the next one begins behind it. ``key`` is that of the row."""

    due_on: date | None
    since: datetime
    key: str

    def __str__(self) -> str:
        return f"{self.due_on or ''}~{self.since.isoformat()}~{self.key}"


@dataclass(frozen=True, kw_only=True, slots=True)
class TrayRow:
    """One line: what is to be done, for whom, since when, until when."""

    case_id: UUID
    reference: str
    title: str
    what: str
    service: str
    applicant: str
    state: str
    since: datetime
    due_on: date | None
    unit: str
    place: Place
    task_id: UUID | None = None
    assignee: str = ""
    is_mine: bool = False
    on_behalf_of: str = ""
    details: str = ""

    @property
    def is_overdue(self) -> bool:
        return self.due_on is not None and self.due_on < clock.today()


def task_row(
    actor: Actor, line: processes.TaskLine, case: tuple[str, ...], titles: Mapping[str, str]
) -> TrayRow:
    reference, title, service, applicant, state = case
    return TrayRow(
        case_id=line.subject,
        reference=reference,
        title=title,
        what=line.name,
        service=titles.get(service, service),
        applicant=applicant,
        state=state,
        since=line.created_at,
        due_on=line.due_on,
        unit=line.unit_name,
        place=Place(line.due_on, line.created_at, str(line.task_id)),
        task_id=line.task_id,
        assignee=line.assignee_name,
        is_mine=line.assignee_id is not None and line.assignee_id == actor.account_id,
        on_behalf_of=on_behalf_of(actor, line.assignee_id, line.unit_id),
    )


def on_behalf_of(actor: Actor, assignee_id: UUID | None, unit_id: int) -> str:
    """For whom the actor would do this: the absent person, or those absent in a unit that is not the actor's own."""
    for person in actor.stands_in_for:
        if person.account_id == assignee_id:
            return person.name
    if assignee_id is None and unit_id not in actor.own_unit_ids and unit_id not in actor.headed_unit_ids:
        return ", ".join(person.name for person in actor.stands_in_at(unit_id))
    return ""


def _case_fields(actor: Actor, case: records.Case, titles: Mapping[str, str]) -> dict[str, Any]:
    return {
        "case_id": case.pk,
        "reference": case.case_reference,
        "title": case.title,
        "service": titles.get(case.case_type, case.case_type),
        "applicant": case.applicant_name,
        "state": case.state,
        "unit": case.lead_unit.name,
    }


def case_row(actor: Actor, case: records.Case, what: str, titles: Mapping[str, str]) -> TrayRow:
    return TrayRow(
        **_case_fields(actor, case, titles),
        what=what,
        since=case.opened_at,
        due_on=case.due_on,
        place=Place(case.due_on, case.opened_at, str(case.pk)),
        assignee=case.assignee.name if case.assignee else "",
        is_mine=case.assignee_id is not None and case.assignee_id == actor.account_id,
        on_behalf_of=on_behalf_of(actor, case.assignee_id, case.lead_unit_id),
    )


def follow_up_row(actor: Actor, found: records.FollowUp, titles: Mapping[str, str]) -> TrayRow:
    return TrayRow(
        **_case_fields(actor, found.case, titles),
        what=found.text,
        since=found.created_at,
        due_on=found.due_on,
        place=Place(found.due_on, found.created_at, str(found.pk)),
        assignee=found.account.name if found.account else "",
        is_mine=found.account_id is not None and found.account_id == actor.account_id,
    )


def co_signature_row(actor: Actor, wanted: CoSignature, titles: Mapping[str, str]) -> TrayRow:
    return TrayRow(
        **_case_fields(actor, wanted.case, titles),
        what=wanted.text or str(_("Please co-sign")),
        since=wanted.requested_at,
        due_on=None,
        place=Place(None, wanted.requested_at, str(wanted.pk)),
        assignee=wanted.wanted_from,
        is_mine=wanted.signer_id is not None and wanted.signer_id == actor.account_id,
        on_behalf_of=on_behalf_of(actor, wanted.signer_id, 0) if wanted.signer_id else "",
        details=wanted.requested_by_name,
    )
