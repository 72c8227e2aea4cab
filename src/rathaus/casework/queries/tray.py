"""The in-tray: open tasks, cases that wait, follow-ups and co-signatures, each list in one query."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Any
from uuid import UUID

from django.db.models import Case, CharField, Count, F, OuterRef, Q, QuerySet, Subquery, Value, When
from django.db.models.functions import JSONObject
from django.utils.translation import gettext_lazy as _

from rathaus.casework.enums import CoSignatureState
from rathaus.casework.models import CoSignature
from rathaus.engines.processes import public as processes
from rathaus.engines.records import public as records
from rathaus.identity.public import Actor
from rathaus.kernel.public import clock

AHEAD = timedelta(days=14)
PAGE_SIZE = 30


class Tab(StrEnum):
    """The lists of the in-tray; the values stand in addresses."""

    MINE = "meine"
    UNIT = "amt"
    OVERDUE = "faellig"
    WAITING = "wartet"
    FOLLOW_UPS = "wiedervorlage"
    CO_SIGNATURES = "mitzeichnung"


TASK_TABS = frozenset({Tab.MINE, Tab.UNIT, Tab.OVERDUE})
TITLES = {
    Tab.MINE: _("Mine"),
    Tab.UNIT: _("My office"),
    Tab.OVERDUE: _("Overdue"),
    Tab.WAITING: _("Waiting for an answer"),
    Tab.FOLLOW_UPS: _("Follow-ups"),
    Tab.CO_SIGNATURES: _("Co-signatures"),
}


@dataclass(frozen=True)
class Filters:
    """What a list is narrowed down to; empty means all."""

    service: str = ""
    state: str = ""
    due: str = ""
    text: str = ""
    newest_first: bool = False

    @property
    def are_set(self) -> bool:
        return bool(self.service or self.state or self.due or self.text)


@dataclass(frozen=True, kw_only=True)
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
    task_id: UUID | None = None
    assignee: str = ""
    is_mine: bool = False
    on_behalf_of: str = ""
    details: str = field(default="")

    @property
    def is_overdue(self) -> bool:
        return self.due_on is not None and self.due_on < clock.today()


def people_of(actor: Actor) -> list[UUID]:
    """The actor and those the actor stands in for."""
    own = [actor.account_id] if actor.account_id else []
    return [*own, *(person.account_id for person in actor.stands_in_for)]


def _tasks(actor: Actor) -> QuerySet[processes.UserTask]:
    """Every open task of the actor, but none in one's own matter."""
    return processes.open_tasks(actor).exclude(subject__in=records.own_cases(actor).values("pk"))


def tasks_in(actor: Actor, tab: Tab) -> QuerySet[processes.UserTask]:
    """The open tasks of a tab that lists tasks."""
    tasks = _tasks(actor)
    mine = Q(assignee_id__in=people_of(actor))
    if tab is Tab.MINE:
        return tasks.filter(mine)
    if tab is Tab.OVERDUE:
        return tasks.filter(due_on__lt=clock.today())
    return tasks.exclude(mine & Q(assignee_id__isnull=False))


def waiting_cases(actor: Actor) -> QuerySet[records.Case]:
    """Cases that wait for the applicant."""
    waiting = records.Case.objects.filter(filed_on=None, state=records.CaseState.WAITING)
    return waiting.filter(records.within_reach(actor))


def follow_ups(actor: Actor) -> QuerySet[records.FollowUp]:
    """What is due, and what comes in the next two weeks."""
    mine = Q(account_id__in=people_of(actor)) | Q(account=None, unit_id__in=sorted(actor.unit_ids))
    due = Q(done_at=None, due_on__lte=clock.today() + AHEAD)
    return records.FollowUp.objects.filter(mine, due, records.within_reach(actor, "case__"))


def co_signatures_for(actor: Actor) -> QuerySet[CoSignature]:
    """The open requests that the actor may answer."""
    wanted = Q(signer_id__in=people_of(actor)) | Q(unit_id__in=sorted(actor.headed_unit_ids))
    is_open = Q(state=CoSignatureState.OPEN)
    return CoSignature.objects.filter(wanted, is_open, records.within_reach(actor, "case__"))


def counts(actor: Actor) -> Mapping[Tab, int]:
    """How many stand in each list. One query."""
    lists: dict[Tab, QuerySet[Any]] = {
        Tab.WAITING: waiting_cases(actor),
        Tab.FOLLOW_UPS: follow_ups(actor),
        Tab.CO_SIGNATURES: co_signatures_for(actor),
    }
    parts = [_count(rows, tab) for tab, rows in lists.items()]
    found = dict(_count_tasks(actor).union(*parts, all=True))
    late = {tab: found.get(f"{tab.value} {Tab.OVERDUE.value}", 0) for tab in (Tab.MINE, Tab.UNIT)}
    found[Tab.OVERDUE.value] = sum(late.values())
    return {tab: found.get(tab.value, 0) + late.get(tab, 0) for tab in Tab}


def _count_tasks(actor: Actor) -> QuerySet[Any]:
    """The tasks of one's own and of the office, each in time and overdue: the three lists of tasks at one reading."""
    mine, late = Q(assignee_id__in=people_of(actor)), Q(due_on__lt=clock.today())
    label = Case(
        When(mine & late, then=Value(f"{Tab.MINE.value} {Tab.OVERDUE.value}")),
        When(mine, then=Value(Tab.MINE.value)),
        When(late, then=Value(f"{Tab.UNIT.value} {Tab.OVERDUE.value}")),
        default=Value(Tab.UNIT.value),
        output_field=CharField(),
    )
    counted: QuerySet[Any] = (
        _tasks(actor).order_by().annotate(tab=label).values("tab").annotate(rows=Count("pk"))
    ).values_list("tab", "rows")
    return counted


def _count(rows: QuerySet[Any], tab: Tab) -> QuerySet[Any]:
    labelled: QuerySet[Any] = (
        rows.select_related(None).order_by().annotate(tab=Value(tab.value)).values("tab")
    )
    counted: QuerySet[Any] = labelled.annotate(rows=Count("pk")).values_list("tab", "rows")
    return counted


def rows_of(
    actor: Actor, tab: Tab, filters: Filters, *, start: int = 0, titles: Mapping[str, str]
) -> list[TrayRow]:
    """A page of the list and one row more, if there is one: then there is a next page. One query."""
    end = start + PAGE_SIZE + 1
    if tab in TASK_TABS:
        return _task_rows(actor, tab, filters, slice(start, end), titles)
    if tab is Tab.WAITING:
        cases = (
            _narrowed(waiting_cases(actor), actor, filters, "")
            .filter(_due(filters))
            .select_related("lead_unit", "assignee")
        )
        found = cases.order_by(*_order(filters, "due_on", "opened_at"))[start:end]
        return [_case_row(actor, case, str(_("Waits for an answer")), titles) for case in found]
    if tab is Tab.FOLLOW_UPS:
        listed = _narrowed(follow_ups(actor), actor, filters, "case__").filter(_due(filters))
        listed = listed.select_related("case__lead_unit", "case__assignee", "account")
        found_ups = listed.order_by(*_order(filters, "due_on", "created_at"))[start:end]
        return [_follow_up_row(actor, found, titles) for found in found_ups]
    wanted = _narrowed(co_signatures_for(actor), actor, filters, "case__")
    wanted = wanted.select_related("case__lead_unit", "signer", "unit")
    found_wanted = wanted.order_by("-requested_at" if filters.newest_first else "requested_at", "id")[
        start:end
    ]
    return [_co_signature_row(actor, found, titles) for found in found_wanted]


def _order(filters: Filters, due: str, since: str) -> tuple[Any, ...]:
    if filters.newest_first:
        return (f"-{since}", "pk")
    return (F(due).asc(nulls_last=True), since, "pk")


def _narrowed(rows: QuerySet[Any], actor: Actor, filters: Filters, prefix: str) -> QuerySet[Any]:
    """Filter rows whose case is at ``prefix``."""
    conditions = Q()
    if filters.service:
        conditions &= Q(**{f"{prefix}case_type": filters.service})
    if filters.state:
        conditions &= Q(**{f"{prefix}state": filters.state})
    if filters.text:
        hits = records.search_cases(actor, filters.text).order_by().values("pk")
        conditions &= Q(**{f"{prefix}pk__in": hits})
    return rows.filter(conditions)


def _due(filters: Filters) -> Q:
    today = clock.today()
    if filters.due == "heute":
        return Q(due_on__lte=today)
    if filters.due == "woche":
        return Q(due_on__lte=today + timedelta(days=7))
    if filters.due == "ohne":
        return Q(due_on=None)
    return Q()


def _task_rows(
    actor: Actor, tab: Tab, filters: Filters, window: slice, titles: Mapping[str, str]
) -> list[TrayRow]:
    tasks = tasks_in(actor, tab)
    if filters.service or filters.state or filters.text:
        cases = records.cases_visible_to(actor)
        tasks = tasks.filter(subject__in=_narrowed(cases, actor, filters, "").order_by().values("pk"))
    order = _order(filters, "due_on", "created_at")
    page = tasks.filter(_due(filters)).order_by(*order).values("pk")[window]
    # The page first, then what belongs to its rows: the order needs nothing of the cases.
    case = records.Case.objects.filter(pk=OuterRef("subject")).values(
        json=JSONObject(
            reference="case_reference",
            title="title",
            service="case_type",
            applicant="applicant_name",
            state="state",
            since="opened_at",
        )
    )
    found = (
        processes.UserTask.objects.filter(pk__in=page)
        .select_related("unit", "assignee")
        .defer("documentation", "data", "scope", "outcomes")
        .annotate(case=Subquery(case[:1]))
        .order_by(*order)
    )
    return [_task_row(actor, task, titles) for task in found if task.case]


def _task_row(actor: Actor, task: Any, titles: Mapping[str, str]) -> TrayRow:
    case = task.case
    return TrayRow(
        case_id=task.subject,
        reference=case["reference"],
        title=case["title"],
        what=task.name,
        service=titles.get(case["service"], case["service"]),
        applicant=case["applicant"],
        state=case["state"],
        since=task.created_at,
        due_on=task.due_on,
        unit=task.unit.name,
        task_id=task.pk,
        assignee=task.assignee.name if task.assignee else "",
        is_mine=task.assignee_id is not None and task.assignee_id == actor.account_id,
        on_behalf_of=on_behalf_of(actor, task.assignee_id, task.unit_id),
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


def _case_row(actor: Actor, case: records.Case, what: str, titles: Mapping[str, str]) -> TrayRow:
    return TrayRow(
        **_case_fields(actor, case, titles),
        what=what,
        since=case.opened_at,
        due_on=case.due_on,
        assignee=case.assignee.name if case.assignee else "",
        is_mine=case.assignee_id is not None and case.assignee_id == actor.account_id,
        on_behalf_of=on_behalf_of(actor, case.assignee_id, case.lead_unit_id),
    )


def _follow_up_row(actor: Actor, found: records.FollowUp, titles: Mapping[str, str]) -> TrayRow:
    return TrayRow(
        **_case_fields(actor, found.case, titles),
        what=found.text,
        since=found.created_at,
        due_on=found.due_on,
        assignee=found.account.name if found.account else "",
        is_mine=found.account_id is not None and found.account_id == actor.account_id,
    )


def _co_signature_row(actor: Actor, wanted: CoSignature, titles: Mapping[str, str]) -> TrayRow:
    return TrayRow(
        **_case_fields(actor, wanted.case, titles),
        what=wanted.text or str(_("Please co-sign")),
        since=wanted.requested_at,
        due_on=None,
        assignee=wanted.wanted_from,
        is_mine=wanted.signer_id is not None and wanted.signer_id == actor.account_id,
        on_behalf_of=on_behalf_of(actor, wanted.signer_id, 0) if wanted.signer_id else "",
        details=wanted.requested_by_name,
    )
