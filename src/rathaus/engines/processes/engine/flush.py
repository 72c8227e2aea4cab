"""Carrying a run to its end and writing down what changed, by few statements."""

from __future__ import annotations

from datetime import timedelta
from typing import TypeVar

from django.db.models import Model

from rathaus.kernel.public import events

from .. import expressions
from ..enums import IncidentState, TaskState
from ..events import TaskCreated
from ..models import HistoryEntry, Incident, MessageWait, ProcessInstance, Timer, Token, UserTask
from . import activities, multi, service  # noqa: F401  # importing registers what elements do
from .core import step
from .gateways import fire_inclusive_joins, raise_where_stuck
from .later import the_jobs
from .run import Run

M = TypeVar("M", bound=Model)
TOKEN_FIELDS = ["element_id", "state", "parent_id", "via", "variables", "data", "has_waits", "since"]
INSTANCE_FIELDS = ["state", "variables", "automatic_steps", "error", "ended_at"]


def finish(run: Run) -> None:
    """Move until every token waits, then write. To be called within the transaction that holds the lock."""
    while step(run) or fire_inclusive_joins(run):
        pass
    raise_where_stuck(run)
    # What was given up goes first: the same token may wait for something new by now.
    _close_abandoned(run)
    _delete_waits(run)
    _write_instances(run)
    _write_tokens(run)
    _create(UserTask, run.tasks)
    _create(Timer, run.timers)
    _create(MessageWait, run.waits)
    _create(Incident, run.incidents)
    _create(HistoryEntry, run.history)
    _tell(run)


def _create(model: type[M], rows: list[M]) -> None:
    if rows:
        model._default_manager.bulk_create(rows)


def _delete_waits(run: Run) -> None:
    if run.unwaiting:
        Timer.objects.filter(token_id__in=run.unwaiting).delete()
        MessageWait.objects.filter(token_id__in=run.unwaiting).delete()


def _write_instances(run: Run) -> None:
    new: list[ProcessInstance] = []
    for running in run.running.values():
        if "variables" in running.__dict__:
            running.row.variables = expressions.dump(running.variables)
        if running.is_new:
            new.append(running.row)
        elif running.is_changed:
            running.row.save(update_fields=INSTANCE_FIELDS)
    _create(ProcessInstance, new)


def _write_tokens(run: Run) -> None:
    gone = [token.id for token in run.gone.values() if not token._state.adding]
    if gone:
        Token.objects.filter(pk__in=gone).delete()
    alive = [token for running in run.running.values() for token in running.tokens.values()]
    new = [token for token in alive if token._state.adding]
    changed = [token for token in alive if token.id in run.changed and not token._state.adding]
    _create(Token, new)
    if len(changed) == 1:
        changed[0].save(update_fields=TOKEN_FIELDS)
    elif changed:
        Token.objects.bulk_update(changed, TOKEN_FIELDS)


def _close_abandoned(run: Run) -> None:
    if run.abandoned_tasks:
        UserTask.objects.filter(token_id__in=run.abandoned_tasks, state=TaskState.OPEN).update(
            state=TaskState.CANCELLED, completed_at=run.now
        )
    if run.abandoned_incidents:
        Incident.objects.filter(token_id__in=run.abandoned_incidents, state=IncidentState.OPEN).update(
            state=IncidentState.CANCELLED, closed_at=run.now
        )


def _tell(run: Run) -> None:
    if run.jobs or run.messages:
        jobs = the_jobs()
        for token_id, visit, delay in run.jobs:
            jobs.perform(token_id, visit, run.now + timedelta(seconds=delay) if delay else None)
        for name, subject in run.messages:
            jobs.deliver(name, subject, {})
    for task in run.tasks:
        events.emit(
            TaskCreated(
                task.id, task.instance_id, task.subject, task.element_id, task.name, task.unit_id, task.due_on
            )
        )
    for fact in run.facts:
        events.emit(fact)
