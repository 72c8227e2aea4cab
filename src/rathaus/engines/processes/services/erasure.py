from __future__ import annotations

import uuid
from collections.abc import Mapping

from django.db import transaction

from ..models import MessageWait, ProcessInstance, UserTask


@transaction.atomic
def erase_instances(subject: uuid.UUID) -> Mapping[str, int]:
    """Delete every process about a subject with tokens, tasks, timers, incidents and history; counts by kind.

    For a case that is destroyed; whoever calls it has decided that nothing runs any more.
    """
    tasks = UserTask.objects.filter(subject=subject).delete()[0]
    waits = MessageWait.objects.filter(subject=subject).delete()[0]
    instances = ProcessInstance.objects.filter(subject=subject).delete()[0]
    return {"tasks": tasks, "process": instances + waits}


@transaction.atomic
def restrict_instances(subject: uuid.UUID, access_set_id: int | None) -> None:
    """Let only this access set see the open tasks of a subject, and those to come; None: the unit of each task."""
    ProcessInstance.objects.filter(subject=subject).update(access_set_id=access_set_id)
    tasks = UserTask.objects.filter(subject=subject)
    if access_set_id is not None:
        tasks.update(access_set_id=access_set_id)
        return
    for task in tasks.select_related("unit__access_set"):
        task.access_set = task.unit.access_set
        task.save(update_fields=["access_set"])
