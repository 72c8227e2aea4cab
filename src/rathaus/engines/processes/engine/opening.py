"""Beginning a run: locking the family of instances, loading what it needs."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from django.db.models import QuerySet, Subquery

from rathaus.identity.public import Actor

from ..models import ProcessInstance, Token
from .run import Run, Running

_performing: ContextVar[bool] = ContextVar("rathaus_process_performing", default=False)


@contextmanager
def performing() -> Iterator[None]:
    """An action is at work inside a run: what it does must not move the same process a second time."""
    token = _performing.set(True)
    try:
        yield
    finally:
        _performing.reset(token)


def is_performing() -> bool:
    return _performing.get()


class NotRunning(LookupError):
    """The instance does not exist (any more)."""


def open_run(actor: Actor, instance_id: uuid.UUID | QuerySet[ProcessInstance]) -> tuple[Run, Running]:
    """Lock the family of an instance and load it. `instance_id` may be a query for it, to spare one.

    One lock for the whole family, the row of its outermost caller: who comes second waits and then sees what the
    first has done. SQLite lets only one transaction write at a time anyway. Raises NotRunning, and RuntimeError from
    within an action: the run that performs it would overwrite what is changed here.
    """
    if is_performing():
        raise RuntimeError("an action must not move a running process; send it a message instead")
    wanted = (
        ProcessInstance.objects.filter(pk=instance_id) if isinstance(instance_id, uuid.UUID) else instance_id
    )
    locked = ProcessInstance.objects.select_for_update()
    root = locked.filter(pk=Subquery(wanted.values("root_id")[:1])).first()
    if root is None:
        raise NotRunning(str(instance_id))
    run = Run(actor)
    running = run.add(root, Token.objects.filter(instance_id=root.pk))
    return run, running


def instance_of_token(token_id: uuid.UUID) -> QuerySet[ProcessInstance]:
    return ProcessInstance.objects.filter(tokens__id=token_id)
