"""Who works on a case: taking, giving back, assigning, also many at once and back again."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from rathaus.casework.rules import WORK
from rathaus.engines.processes import public as processes
from rathaus.engines.records import public as records
from rathaus.identity.public import Actor, UserAccount, policies

MAX_AT_ONCE = 200


class NotAssignable(ValueError):
    """This person cannot take the work; the text says why."""


@dataclass(frozen=True, slots=True)
class Former:
    """Who had a task before it was assigned: what undoing needs."""

    task_id: UUID
    account_id: UUID | None


def take_case(*, actor: Actor, case: records.Case) -> None:
    """Take the case, with its open tasks that one may do and that nobody else has."""
    assert actor.account_id is not None  # only people take cases
    _give(actor, case, UserAccount.objects.get(pk=actor.account_id))


def release_case(*, actor: Actor, case: records.Case) -> None:
    """Give the case and one's tasks in it back to the office."""
    _give(actor, case, None)


def assign_case(*, actor: Actor, case: records.Case, assignee: UserAccount) -> None:
    """Give the case, with the open tasks that the actor may do, to a colleague. Raises NotAssignable."""
    _give(actor, case, assignee, all_tasks=True)


@transaction.atomic
def _give(actor: Actor, case: records.Case, assignee: UserAccount | None, *, all_tasks: bool = False) -> None:
    policies.check(actor, WORK, case)
    tasks = processes.open_tasks(actor).filter(subject=case.pk)
    if not all_tasks:
        tasks = tasks.filter(assignee__isnull=True) | tasks.filter(assignee_id=actor.account_id)
    for task in tasks:
        processes.assign_task(actor=actor, task_id=task.pk, assignee=assignee)
    _assign_case(actor, case, assignee)


def _assign_case(actor: Actor, case: records.Case, assignee: UserAccount | None) -> None:
    if case.assignee_id == (assignee.pk if assignee else None):
        return
    try:
        records.assign_case(actor=actor, case=case, assignee=assignee)
    except records.NotAssignable:
        raise NotAssignable(_("This person works in no office. Choose a colleague.")) from None


@transaction.atomic
def assign_tasks(*, actor: Actor, task_ids: Sequence[UUID], assignee: UserAccount | None) -> list[Former]:
    """Give many tasks to one person (None: back to the office). Returns who had them before.

    Tasks that are done, or not the actor's to do, are left out; also those of the actor's own matter (§ 20 VwVfG).
    """
    known = processes.open_tasks(actor).filter(pk__in=list(task_ids)[:MAX_AT_ONCE])
    tasks = list(known.exclude(subject__in=records.own_cases(actor).values("pk")))
    former = [Former(task.pk, task.assignee_id) for task in tasks]
    for task in tasks:
        processes.assign_task(actor=actor, task_id=task.pk, assignee=assignee)
    visible = records.cases_visible_to(actor).filter(pk__in={task.subject for task in tasks}, filed_on=None)
    for case in visible:
        if policies.allows(actor, WORK, case):
            _assign_case(actor, case, assignee)
    return former


@transaction.atomic
def restore_assignments(*, actor: Actor, former: Iterable[Former]) -> int:
    """Undo ``assign_tasks``; returns how many tasks went back. What has been done meanwhile stays done."""
    by_account: dict[UUID | None, list[UUID]] = {}
    for entry in former:
        by_account.setdefault(entry.account_id, []).append(entry.task_id)
    accounts = UserAccount.objects.in_bulk([key for key in by_account if key is not None])
    return sum(
        len(
            assign_tasks(
                actor=actor, task_ids=task_ids, assignee=accounts.get(account_id) if account_id else None
            )
        )
        for account_id, task_ids in by_account.items()
    )
