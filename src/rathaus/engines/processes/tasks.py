"""The jobs of the engine."""

from __future__ import annotations

import uuid
from datetime import datetime

from rathaus.kernel.public import jobs

from .engine.later import later
from .services import actions, messages, timers


@jobs.task
def perform_action(token_id: str, visit: str) -> None:
    """Do the action of a service task, if its token still waits for it."""
    actions.perform_action(token_id=uuid.UUID(token_id), visit=visit)


@jobs.task
def deliver_thrown_message(name: str, subject: str) -> None:
    """Tell the other processes of the subject what a process sent."""
    messages.deliver_thrown(name, uuid.UUID(subject))


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

    def deliver(self, name: str, subject: uuid.UUID) -> None:
        deliver_thrown_message.enqueue(name, str(subject))


later.register(_Jobs())
