"""The jobs of the engine."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction

from rathaus.identity.public import SYSTEM
from rathaus.kernel.public import jobs

from . import expressions
from .engine.later import later
from .services import actions, messages, timers


@jobs.task
def perform_action(token_id: str, visit: str) -> None:
    """Do the action of a service task, if its token still waits for it."""
    actions.perform_action(token_id=uuid.UUID(token_id), visit=visit)


@jobs.task
def deliver_thrown_message(name: str, subject: str, payload: dict[str, Any]) -> None:
    """Tell the processes of the subject what a process or an action sent."""
    with transaction.atomic():
        messages.deliver_message(
            actor=SYSTEM, name=name, subject=uuid.UUID(subject), payload=expressions.load(payload)
        )
        # A second delivery would find whatever waits by then, or start one more process.
        jobs.settle()


@jobs.task
def fire_timers() -> None:
    """Fire what is due until nothing is, or for a bounded time."""
    for _round in range(50):
        if not timers.fire_due_timers():
            return


class _Jobs:
    def perform(self, token_id: uuid.UUID, visit: str, after: datetime | None) -> None:
        job = perform_action.using(run_after=after) if after is not None else perform_action
        job.enqueue(str(token_id), visit)

    def deliver(self, name: str, subject: uuid.UUID, payload: Mapping[str, Any]) -> None:
        deliver_thrown_message.enqueue(name, str(subject), dict(payload))


later.register(_Jobs())
