from __future__ import annotations

import uuid
from collections import defaultdict

from django.db.models import Q, QuerySet

from rathaus.identity.public import Actor, ActorKind, UserAccount, visible_access_sets

from ..enums import TaskState
from ..models import UserTask


def open_tasks(actor: Actor) -> QuerySet[UserTask]:
    """The open tasks that an actor may work on; the rights are part of the query."""
    tasks = UserTask.objects.filter(state=TaskState.OPEN)
    if actor.kind is ActorKind.SYSTEM:
        return tasks
    if not actor.is_staff:
        return tasks.none()
    return tasks.filter(_mine(actor), access_set_id__in=visible_access_sets(actor))


def _mine(actor: Actor) -> Q:
    people = [actor.account_id, *(person.account_id for person in actor.stands_in_for)]
    mine = Q(assignee_id__in=people) | Q(unit_id__in=sorted(actor.headed_unit_ids))
    mine |= Q(post_role="", unit_id__in=sorted(actor.unit_ids))
    units_of: dict[str, set[int]] = defaultdict(set)
    for post in actor.posts:
        for role in post.roles:
            units_of[role].add(post.unit_id)
    for role, unit_ids in sorted(units_of.items()):
        mine |= Q(post_role=role, unit_id__in=sorted(unit_ids))
    return mine


def task_for(actor: Actor, task_id: uuid.UUID) -> UserTask | None:
    """An open task that the actor may work on, else None."""
    return open_tasks(actor).filter(pk=task_id).first()


def open_tasks_of(subject: uuid.UUID) -> list[UserTask]:
    """The open tasks of a subject, whoever's they are: for callers that have decided who may see the subject."""
    return list(
        UserTask.objects.filter(subject=subject, state=TaskState.OPEN).order_by("created_at", "element_id")
    )


def tasks_of(subject: uuid.UUID) -> list[UserTask]:
    """All tasks of a subject, oldest first."""
    return list(UserTask.objects.filter(subject=subject).order_by("created_at", "element_id"))


def last_completed_by(subject: uuid.UUID, role: str | None = None) -> UserAccount | None:
    """Who completed the subject's latest task (of a role of the process, where one is named); None for nobody."""
    tasks = UserTask.objects.filter(subject=subject, state=TaskState.COMPLETED, completed_by__isnull=False)
    if role is not None:
        tasks = tasks.filter(role=role)
    task = tasks.select_related("completed_by").order_by("-completed_at").first()
    return task.completed_by if task is not None else None
