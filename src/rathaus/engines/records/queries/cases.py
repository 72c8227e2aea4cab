from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.db.models import F, Q, QuerySet

from rathaus.engines.records import search
from rathaus.engines.records.enums import CaseState
from rathaus.engines.records.errors import CaseNotFound
from rathaus.engines.records.models import Case, FollowUp, Participant
from rathaus.identity.public import Actor, ActorKind, visible_access_sets
from rathaus.kernel.public import clock


def cases_visible_to(actor: Actor) -> QuerySet[Case]:
    """The cases of which the actor may know; the rights are part of the query.

    Staff: by access set, but not their own matters (§ 20 VwVfG). Citizens: their applications. Others: none.
    Asks for the access sets of staff at once (one query): as plain numbers they let SQLite take the right index.
    """
    if actor.kind is ActorKind.SYSTEM:
        return Case.objects.all()
    if actor.is_staff:
        return _within(actor, list(visible_access_sets(actor)))
    return own_cases(actor)


def _within(actor: Actor, access_set_ids: Collection[int] | QuerySet[Any, Any]) -> QuerySet[Case]:
    reachable = Case.objects.filter(access_set_id__in=access_set_ids)
    return reachable.exclude(applicant_id=actor.account_id)


def within_reach(actor: Actor, case: str = "", *, access_set_ids: Collection[int] | None = None) -> Q:
    """What ``cases_visible_to`` says, as a condition inside one query on what has its case at ``case``.

    For what narrows the rows down by itself: one case, or somebody's few. A caller who knows the access sets of the
    actor anyway gives them: as plain numbers they let the databases take the right index.
    """
    if actor.kind is ActorKind.SYSTEM:
        return Q()
    if not actor.is_staff:
        return _own(actor, case)
    sets = visible_access_sets(actor) if access_set_ids is None else access_set_ids
    return Q(**{f"{case}access_set_id__in": sets}) & ~_own(actor, case)


def handled_or_own(actor: Actor, case: str = "") -> Q:
    """The same with the actor's own cases: those that the actor may read, in either capacity."""
    if actor.kind is ActorKind.SYSTEM:
        return Q()
    if not actor.is_staff:
        return _own(actor, case)
    return Q(**{f"{case}access_set_id__in": visible_access_sets(actor)}) | _own(actor, case)


def _own(actor: Actor, case: str) -> Q:
    return Q(pk__in=[]) if actor.account_id is None else Q(**{f"{case}applicant_id": actor.account_id})


def own_cases(actor: Actor) -> QuerySet[Case]:
    """The cases that the person behind the actor applied for, also if the person works for the town."""
    if actor.account_id is None:
        return Case.objects.none()
    return Case.objects.filter(applicant_id=actor.account_id)


def case_for(actor: Actor, case_id: UUID | str) -> Case:
    """A case with dossier, unit and assignee. Raises CaseNotFound, also without the right."""
    is_staff = actor.is_staff  # with the one case given, the access sets can stay a subquery
    reachable = _within(actor, visible_access_sets(actor)) if is_staff else cases_visible_to(actor)
    known = reachable | own_cases(actor) if is_staff else reachable
    case = _with_names(known).filter(pk=_uuid(case_id)).first()
    if case is None:
        raise CaseNotFound(case_id)
    return case


def case_by_id(case_id: UUID) -> Case:
    """A case for the system itself (processes, jobs), without asking for rights. Raises CaseNotFound."""
    case = _with_names(Case.objects.all()).filter(pk=case_id).first()
    if case is None:
        raise CaseNotFound(case_id)
    return case


def _with_names(cases: QuerySet[Case]) -> QuerySet[Case]:
    return cases.select_related("dossier__plan_entry", "lead_unit", "assignee", "applicant")


def _uuid(value: UUID | str) -> UUID:
    if isinstance(value, UUID):
        return value
    try:
        return UUID(value)
    except ValueError:
        raise CaseNotFound(value) from None


def search_cases(actor: Actor, words: str) -> QuerySet[Case]:
    """Cases that hold all the words in reference, title or names, newest first; beginnings of words count.

    At most the thousand newest. Two queries: the actor's access sets go into the index search as words, and the
    cases found are still filtered by rights. For pages of hits there is `found_cases`.
    """
    if actor.kind is ActorKind.SYSTEM:
        found, hits = Case.objects.all(), search.hits(words, None)
    elif actor.is_staff:
        access_set_ids = list(visible_access_sets(actor))
        found, hits = _within(actor, access_set_ids), search.hits(words, access_set_ids)
    else:
        return _in_order(_among_few(own_cases(actor), words))
    return _in_order(found.none() if hits is None else found.filter(search_entry__id__in=hits))


@dataclass(frozen=True, slots=True)
class Hits:
    """A page of what was looked for, the newest first; ``older`` is the key of the next page, None on the last."""

    cases: list[Case]
    older: int | None


def found_cases(actor: Actor, words: str, *, before: int | None = None, count: int) -> Hits:
    """A page of what staff look for: the cases that hold all the words, in order of arrival, the newest first.

    It costs the same in an archive of any size: at most four queries, none of which counts or sorts the archive.
    Nobody finds a matter of their own here.
    """
    access_set_ids = None if actor.kind is ActorKind.SYSTEM else list(visible_access_sets(actor))
    keys = search.newest_hits(words, access_set_ids, before=before, count=count + 1)
    shown = keys[:count]
    reachable = cases_visible_to(actor) if access_set_ids is None else _within(actor, access_set_ids)
    found = _in_order(reachable.filter(search_entry__id__in=shown)) if shown else []
    return Hits(list(found), shown[-1] if len(keys) > count else None)


def _in_order(found: QuerySet[Case]) -> QuerySet[Case]:
    return found.select_related("lead_unit", "assignee").order_by("-search_entry__id")


def _among_few(own: QuerySet[Case], words: str) -> QuerySet[Case]:
    """A citizen's own cases are so few that no index is needed."""
    conditions = [Q(search_entry__text__contains=word) for word in search.words_of(words)[: search.MAX_WORDS]]
    return own.filter(*conditions) if conditions else own.none()


def open_cases(actor: Actor) -> QuerySet[Case]:
    """What is still to be done, the most urgent first, those without a date last."""
    unfinished = (CaseState.RECEIVED, CaseState.IN_PROGRESS, CaseState.WAITING, CaseState.DECIDED)
    by_urgency = F("due_on").asc(nulls_last=True)
    unfiled = cases_visible_to(actor).filter(filed_on=None)  # the condition of the index
    return unfiled.filter(state__in=unfinished).order_by(by_urgency, "id")


def participants_of(case: Case) -> list[Participant]:
    return list(case.participants.all())


def open_follow_ups(actor: Actor, *, until: date | None = None) -> QuerySet[FollowUp]:
    """What is due by today (or ``until``) for the actor or the actor's units, the oldest first."""
    mine = Q(account_id=actor.account_id) | Q(account=None, unit_id__in=sorted(actor.unit_ids))
    return (
        FollowUp.objects.filter(
            mine, done_at=None, due_on__lte=until or clock.today(), case__in=cases_visible_to(actor)
        )
        .select_related("case", "account", "unit")
        .order_by("due_on", "id")
    )
