from __future__ import annotations

import uuid
from collections.abc import Mapping

from django.db import transaction
from django.utils.translation import gettext as _

from rathaus.identity.public import AccessSet, Actor, UserAccount, policies
from rathaus.kernel.public import audit, clock, events

from .. import expressions
from ..engine.core import complete
from ..engine.flush import finish
from ..engine.opening import NotRunning, open_run
from ..enums import InstanceState, TaskState
from ..events import TaskCompleted
from ..models import ProcessInstance, UserTask


class TaskError(ValueError):
    """The task cannot be worked on like this; the message is for the person who tried."""


class TaskAlreadyCompleted(TaskError):
    def __init__(self, task: UserTask) -> None:
        super().__init__(_("%(name)s has already completed this task.") % {"name": task.completed_by_name})
        self.task = task


class TaskCancelled(TaskError):
    """The process went another way, so that the task is no longer needed."""


class TaskNotFound(TaskError):
    pass


class InvalidOutcome(TaskError):
    pass


class ReasonRequired(TaskError):
    pass


class TaskAssignedToOther(TaskError):
    pass


@transaction.atomic
def complete_task(
    *,
    actor: Actor,
    task_id: uuid.UUID,
    outcome: str | None = None,
    data: Mapping[str, object] | None = None,
    reason: str = "",
) -> UserTask:
    """Complete a user task and run the process on until every path waits.

    `data` are typed values of the task's form (`CompiledForm.feel_context`), already validated. Happens exactly once:
    a second call raises TaskAlreadyCompleted. Raises TaskCancelled, InvalidOutcome, ReasonRequired.
    """
    wanted = ProcessInstance.objects.filter(tasks=task_id)
    try:
        run, running = open_run(actor, wanted)
    except NotRunning:
        raise TaskNotFound(_("This task does not exist.")) from None
    task = UserTask.objects.get(pk=task_id)
    policies.check(actor, "processes.complete_task", task)
    _require_open(task)
    _check_outcome(task, outcome, reason)
    given = dict(data or {})
    task.state, task.outcome, task.reason = TaskState.COMPLETED, outcome or "", reason.strip()
    task.data = expressions.dump(given)
    task.completed_at, task.completed_by_id, task.completed_by_name = (
        run.now,
        actor.account_id,
        actor.name[:200],
    )
    task.save(
        update_fields=[
            "state",
            "outcome",
            "reason",
            "data",
            "completed_at",
            "completed_by",
            "completed_by_name",
        ]
    )
    if task.instance_id != running.row.pk:
        running = run.load(task.instance_id)
    running.row.automatic_steps = 0
    value = {
        **given,
        "ergebnis": outcome,
        "begruendung": task.reason or None,
        "bearbeitet_von": actor.name,
        "bearbeitet_am": clock.today(),
    }
    details = {"task": str(task.pk), "outcome": task.outcome, "outcome_label": _label(task)}
    complete(run, running, running.tokens[task.token_id], value, details=details)
    finish(run)
    _tell_completed(actor, task)
    return task


def _tell_completed(actor: Actor, task: UserTask) -> None:
    audit.append(
        actor=actor.audit_name,
        action="processes.task_completed",
        subject=f"processes.task:{task.pk}",
        details={"element": task.element_id, "outcome": task.outcome, "subject": str(task.subject)},
    )
    events.emit(
        TaskCompleted(
            task.pk, task.instance_id, task.subject, task.element_id, task.outcome, actor.account_id
        )
    )


def _require_open(task: UserTask) -> None:
    if task.state == TaskState.COMPLETED:
        raise TaskAlreadyCompleted(task)
    if task.state == TaskState.CANCELLED:
        raise TaskCancelled(_("This task is no longer needed."))


def _check_outcome(task: UserTask, outcome: str | None, reason: str) -> None:
    if not task.outcomes:
        if outcome:
            raise InvalidOutcome(_("This task has no choice of outcomes."))
        return
    chosen = next((entry for entry in task.outcomes if entry["key"] == outcome), None)
    if chosen is None:
        known = ", ".join(entry["label"] for entry in task.outcomes)
        raise InvalidOutcome(_("Please choose an outcome: %(known)s.") % {"known": known})
    if chosen["reason"] == "required" and not reason.strip():
        raise ReasonRequired(_("Please give a reason for “%(label)s”.") % {"label": chosen["label"]})


def _label(task: UserTask) -> str:
    return next((entry["label"] for entry in task.outcomes if entry["key"] == task.outcome), "")


@transaction.atomic
def claim_task(*, actor: Actor, task_id: uuid.UUID) -> UserTask:
    """Take a task for oneself. Raises TaskAssignedToOther where somebody else has it."""
    task = _locked(actor, task_id)
    if task.assignee_id not in (None, actor.account_id):
        raise TaskAssignedToOther(_("Somebody else is working on this task."))
    return _assign(actor, task, actor.account_id)


@transaction.atomic
def release_task(*, actor: Actor, task_id: uuid.UUID) -> UserTask:
    """Give a task back to all who may do it."""
    return _assign(actor, _locked(actor, task_id), None)


@transaction.atomic
def assign_task(*, actor: Actor, task_id: uuid.UUID, assignee: UserAccount | uuid.UUID | None) -> UserTask:
    """Give a task to a person (None: to nobody in particular)."""
    account_id = assignee.pk if isinstance(assignee, UserAccount) else assignee
    return _assign(actor, _locked(actor, task_id), account_id)


def _locked(actor: Actor, task_id: uuid.UUID) -> UserTask:
    task = UserTask.objects.select_for_update().filter(pk=task_id).first()
    if task is None:
        raise TaskNotFound(_("This task does not exist."))
    policies.check(actor, "processes.complete_task", task)
    _require_open(task)
    return task


def _assign(actor: Actor, task: UserTask, account_id: uuid.UUID | None) -> UserTask:
    if task.assignee_id != account_id:
        task.assignee_id = account_id
        task.save(update_fields=["assignee"])
        audit.append(
            actor=actor.audit_name,
            action="processes.task_assigned",
            subject=f"processes.task:{task.pk}",
            details={"assignee": str(account_id) if account_id else None},
        )
    return task


@transaction.atomic
def move_tasks(
    *, actor: Actor, subject: uuid.UUID, unit: int, access_set: AccessSet | int, from_unit: int | None = None
) -> int:
    """The case was handed on: open and future tasks of `from_unit` (None: all) go to `unit`, all get the access set.

    Returns how many open tasks moved. Assignments are taken back, as the persons are others.
    """
    access_set_id = access_set.pk if isinstance(access_set, AccessSet) else access_set
    for row in ProcessInstance.objects.select_for_update().filter(
        subject=subject, state=InstanceState.ACTIVE
    ):
        row.routing = {role: _moved(target, from_unit, unit) for role, target in row.routing.items()}
        row.access_set_id = access_set_id
        row.save(update_fields=["routing", "access_set"])
    tasks = UserTask.objects.filter(subject=subject, state=TaskState.OPEN)
    moving = tasks if from_unit is None else tasks.filter(unit_id=from_unit)
    count = moving.update(unit_id=unit, assignee=None)
    tasks.exclude(access_set_id=access_set_id).update(access_set_id=access_set_id)
    audit.append(
        actor=actor.audit_name,
        action="processes.tasks_moved",
        subject=f"processes.subject:{subject}",
        details={"unit": unit, "tasks": count},
    )
    return count


def _moved(target: dict[str, object], from_unit: int | None, unit: int) -> dict[str, object]:
    return {**target, "unit": unit} if from_unit in (None, target["unit"]) else target
