"""The in-tray: open tasks, cases that wait, follow-ups and co-signatures, page by page.

Its lists cost the same with ten rows and with a hundred thousand: each page begins behind the last row of the one
before, and numbers are counted up to `COUNTED`.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Any
from uuid import UUID

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import F, Q, QuerySet
from django.db.models.expressions import RawSQL
from django.utils.translation import gettext_lazy as _

from rathaus.casework.models import CoSignature
from rathaus.casework.queries.tray_rows import (
    Place,
    TrayRow,
    case_row,
    co_signature_row,
    follow_up_row,
    task_row,
)
from rathaus.engines.processes import public as processes
from rathaus.engines.processes.public import Fragment, TaskList
from rathaus.engines.records import public as records
from rathaus.identity.public import Actor, visible_access_sets
from rathaus.kernel.public import clock

AHEAD = timedelta(days=14)
PAGE_SIZE = 30
COUNTED = 100  # more are "99+"
# Words instead of parameters: only so does SQLite take the index that holds nothing else.
_WAITING = RawSQL("'waiting'", ())
_OPEN = RawSQL("'open'", ())


class Tab(StrEnum):
    """The lists of the in-tray; the values stand in addresses."""

    MINE = "meine"
    UNIT = "amt"
    OVERDUE = "faellig"
    WAITING = "wartet"
    FOLLOW_UPS = "wiedervorlage"
    CO_SIGNATURES = "mitzeichnung"


TASK_LISTS = {Tab.MINE: TaskList.OWN, Tab.UNIT: TaskList.OFFICE, Tab.OVERDUE: TaskList.ALL}
TASK_TABS = frozenset(TASK_LISTS)
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


def place_of(text: str, tab: Tab) -> Place | None:
    """The place in a list that an address names; None for anything else."""
    due_on, _tilde, rest = text[:120].partition("~")
    since, _tilde, key = rest.partition("~")
    try:
        day = date.fromisoformat(due_on) if due_on else None
        found = Place(day, datetime.fromisoformat(since.replace(" ", "+")), key)
    except ValueError:
        return None
    is_key = key.isdecimal() and len(key) < 19 if tab is Tab.FOLLOW_UPS else _is_uuid(key)
    return found if is_key and found.since.tzinfo is not None and 1900 < found.since.year < 9000 else None


def _is_uuid(text: str) -> bool:
    try:
        return str(UUID(text)) == text
    except ValueError:
        return False


@dataclass(frozen=True, slots=True)
class Reader:
    """Who reads, and which access sets they may open: asked once for all lists of a page."""

    actor: Actor
    access_set_ids: Collection[int]

    def reach(self, case: str = "") -> Q:
        """The condition that the case at ``case`` is within reach and nobody's own matter."""
        return records.within_reach(self.actor, case, access_set_ids=self.access_set_ids)


def reader_for(actor: Actor) -> Reader:
    """One query."""
    return Reader(actor, tuple(visible_access_sets(actor)))


def waiting_cases(reader: Reader) -> QuerySet[records.Case]:
    """Cases that wait for the applicant."""
    return records.Case.objects.filter(reader.reach(), filed_on=None, state=_WAITING)


def follow_ups(reader: Reader) -> QuerySet[records.FollowUp]:
    """What is due, and what comes in the next two weeks."""
    actor = reader.actor
    mine = Q(account_id__in=processes.people_of(actor))
    mine |= Q(account=None, unit_id__in=sorted(actor.unit_ids))
    due = Q(done_at=None, due_on__lte=clock.today() + AHEAD)
    return records.FollowUp.objects.filter(mine, due, reader.reach("case__"))


def co_signatures_for(reader: Reader) -> QuerySet[CoSignature]:
    """The open requests that the actor may answer."""
    actor = reader.actor
    wanted = Q(signer_id__in=processes.people_of(actor)) | Q(unit_id__in=sorted(actor.headed_unit_ids))
    return CoSignature.objects.filter(wanted, reader.reach("case__"), state=_OPEN)


def counts(reader: Reader) -> dict[Tab, int]:
    """How many stand in each list, `COUNTED` at most. One query."""
    lists = {
        Tab.MINE: _counted_tasks(reader, Tab.MINE),
        Tab.UNIT: _counted_tasks(reader, Tab.UNIT),
        Tab.OVERDUE: _counted_tasks(reader, Tab.OVERDUE),
        Tab.WAITING: _compiled(waiting_cases(reader).values("pk")[:COUNTED]),
        Tab.FOLLOW_UPS: _compiled(follow_ups(reader).order_by().values("pk")[:COUNTED]),
        Tab.CO_SIGNATURES: _compiled(co_signatures_for(reader).order_by().values("pk")[:COUNTED]),
    }
    asked = {tab: statement for tab, statement in lists.items() if statement is not None}
    # Statements of the ORM and of the task lists; what is asked for is a parameter in them.
    counted = " UNION ALL ".join(
        f"SELECT '{tab.value}', COUNT(*) FROM ({statement.sql}) AS listed"  # noqa: S608 - our own names and numbers; values are parameters
        for tab, statement in asked.items()
    )
    with connection.cursor() as cursor:
        cursor.execute(counted, [value for statement in asked.values() for value in statement.parameters])
        found = dict(cursor.fetchall())
    return {tab: found.get(tab.value, 0) for tab in Tab}


def _counted_tasks(reader: Reader, tab: Tab) -> Fragment:
    return processes.count_statement(
        reader.actor,
        reader.access_set_ids,
        TASK_LISTS[tab],
        also=[_not_ones_own(reader)],
        due_until=_late(tab),
        limit=COUNTED,
    )


def _late(tab: Tab) -> date | None:
    return clock.today() - timedelta(days=1) if tab is Tab.OVERDUE else None


def _compiled(rows: QuerySet[Any, Any]) -> Fragment | None:
    """A query of the ORM as a part of a statement; None where it can have no rows."""
    try:
        sql, parameters = rows.query.sql_with_params()
    except EmptyResultSet:
        return None
    return Fragment(sql, tuple(parameters))


def _among(cases: QuerySet[Any, Any]) -> Fragment:
    """The condition that a task belongs to one of the cases."""
    compiled = _compiled(cases.order_by().values("pk"))
    return (
        Fragment("FALSE")
        if compiled is None
        else Fragment(f"t.subject IN ({compiled.sql})", compiled.parameters)
    )


def _not_ones_own(reader: Reader) -> Fragment:
    """Nobody handles their own matter (§ 20 VwVfG)."""
    own = _among(records.own_cases(reader.actor))
    return Fragment(f"NOT ({own.sql})", own.parameters)


def rows_of(
    reader: Reader, tab: Tab, filters: Filters, *, after: Place | None = None, titles: Mapping[str, str]
) -> list[TrayRow]:
    """A page of the list behind ``after``, and one row more, if there is one: then there is a next page.

    One query; two or three for tasks (the dated, the undated, their cases).
    """
    if tab in TASK_TABS:
        return _task_rows(reader, tab, filters, after, titles)
    if tab is Tab.WAITING:
        cases = _narrowed(waiting_cases(reader), reader, filters, "").filter(_due(filters))
        cases = cases.select_related("lead_unit", "assignee")
        found = _page(cases, filters, after, "due_on", "opened_at")
        return [case_row(reader.actor, case, str(_("Waits for an answer")), titles) for case in found]
    if tab is Tab.FOLLOW_UPS:
        listed = _narrowed(follow_ups(reader), reader, filters, "case__").filter(_due(filters))
        listed = listed.select_related("case__lead_unit", "case__assignee", "account")
        found_ups = _page(listed, filters, after, "due_on", "created_at")
        return [follow_up_row(reader.actor, found, titles) for found in found_ups]
    wanted = _narrowed(co_signatures_for(reader), reader, filters, "case__")
    wanted = wanted.select_related("case__lead_unit", "signer", "unit")
    return [
        co_signature_row(reader.actor, found, titles)
        for found in _page(wanted, filters, after, "", "requested_at")
    ]


def _page(rows: QuerySet[Any], filters: Filters, after: Place | None, due: str, since: str) -> QuerySet[Any]:
    """One page in the order of urgency (where there is a ``due``) or of age, behind a place."""
    if filters.newest_first:
        ordered = rows.order_by(f"-{since}", "-pk")
        behind = after and Q(**{f"{since}__lt": after.since}) | Q(**{since: after.since, "pk__lt": after.key})
    else:
        by_urgency = [F(due).asc(nulls_last=True)] if due else []
        ordered = rows.order_by(*by_urgency, since, "pk")
        behind = after and _less_urgent(after, due, since)
    return (ordered.filter(behind) if behind else ordered)[: PAGE_SIZE + 1]


def _less_urgent(after: Place, due: str, since: str) -> Q:
    younger = Q(**{f"{since}__gt": after.since}) | Q(**{since: after.since, "pk__gt": after.key})
    if not due:
        return younger
    younger &= Q(**{due: after.due_on})
    if after.due_on is None:
        return younger
    return younger | Q(**{f"{due}__gt": after.due_on}) | Q(**{due: None})


def _narrowed(rows: QuerySet[Any], reader: Reader, filters: Filters, prefix: str) -> QuerySet[Any]:
    """Filter rows whose case is at ``prefix``."""
    conditions = Q()
    if filters.service:
        conditions &= Q(**{f"{prefix}case_type": filters.service})
    if filters.state:
        conditions &= Q(**{f"{prefix}state": filters.state})
    if filters.text:
        hits = records.search_cases(reader.actor, filters.text).order_by().values("pk")
        conditions &= Q(**{f"{prefix}pk__in": hits})
    return rows.filter(conditions)


def _due(filters: Filters) -> Q:
    if filters.due == "ohne":
        return Q(due_on=None)
    until = _until(filters)
    return Q(due_on__lte=until) if until else Q()


def _until(filters: Filters) -> date | None:
    today = clock.today()
    return {"heute": today, "woche": today + timedelta(days=7)}.get(filters.due)


def _task_rows(
    reader: Reader, tab: Tab, filters: Filters, after: Place | None, titles: Mapping[str, str]
) -> list[TrayRow]:
    also = [_not_ones_own(reader)]
    if filters.service or filters.state or filters.text:
        unfiled = records.Case.objects.filter(reader.reach(), filed_on=None)
        also.append(_among(_narrowed(unfiled, reader, filters, "")))
    lines = processes.task_page(
        reader.actor,
        reader.access_set_ids,
        TASK_LISTS[tab],
        also=also,
        due_until=min(filter(None, (_late(tab), _until(filters))), default=None),
        undated_only=filters.due == "ohne",
        newest_first=filters.newest_first,
        after=None if after is None else _task_place(after),
        count=PAGE_SIZE + 1,
    )
    columns = ("case_reference", "title", "case_type", "applicant_name", "state")
    listed = records.Case.objects.filter(pk__in=[line.subject for line in lines]).values_list("pk", *columns)
    cases = {row[0]: row[1:] for row in (listed if lines else ())}
    return [
        task_row(reader.actor, line, cases[line.subject], titles) for line in lines if line.subject in cases
    ]


def _task_place(place: Place) -> processes.Place:
    return processes.Place(place.due_on, place.since, UUID(place.key))
