from __future__ import annotations

import logging
import uuid
from datetime import datetime, timedelta

from django.db import transaction

from rathaus.identity.public import SYSTEM
from rathaus.kernel.public import clock

from ..bpmn.model import Element
from ..engine.compiled import process_of
from ..engine.core import NOTHING
from ..engine.firing import trigger
from ..engine.flush import finish
from ..engine.opening import NotRunning, open_run
from ..engine.run import Run, Running
from ..engine.waits import next_of_cycle
from ..enums import HistoryKind
from ..models import Timer, Token
from .instances import start_process
from .messages import start_context

logger = logging.getLogger(__name__)

BATCH = 200
RETRY_AFTER = timedelta(minutes=5)


def has_due_timers() -> bool:
    return Timer.objects.filter(due_at__lte=clock.now()).exists()


def fire_due_timers(now: datetime | None = None) -> int:
    """Fire what is due, each in a transaction of its own; returns how many. One query where nothing is."""
    moment = now or clock.now()
    return sum(_fire_safely(timer_id, instance_id, moment) for timer_id, instance_id in due_batch(moment))


def due_batch(now: datetime) -> list[tuple[int, uuid.UUID | None]]:
    """The next timers that are due, the earliest first: id, instance (None for one that starts a process)."""
    due = Timer.objects.filter(due_at__lte=now).order_by("due_at", "pk")
    return list(due.values_list("pk", "instance_id")[:BATCH])


def _fire_safely(timer_id: int, instance_id: uuid.UUID | None, now: datetime) -> int:
    try:
        with transaction.atomic():
            return _fire_start(timer_id, now) if instance_id is None else _fire(timer_id, instance_id, now)
    except Exception:  # one broken timer must not hold up the others; it is tried again
        logger.exception("process_timer_failed timer=%s", timer_id)
        Timer.objects.filter(pk=timer_id).update(due_at=now + RETRY_AFTER)
        return 0


def _fire(timer_id: int, instance_id: uuid.UUID, now: datetime) -> int:
    try:
        run, running = open_run(SYSTEM, instance_id)
    except NotRunning:
        return 0
    running = run.load(instance_id)
    timer = Timer.objects.filter(pk=timer_id, due_at__lte=now).first()  # under the lock: it may be gone
    token = running.tokens.get(timer.token_id) if timer is not None and timer.token_id is not None else None
    if timer is None or token is None or not running.is_active:
        Timer.objects.filter(pk=timer_id, due_at__lte=now).delete()
        return 0
    element = running.process.elements[timer.element_id]
    _go_on_or_stop(run, running, token, element, timer)
    trigger(run, running, token, element, NOTHING, HistoryKind.TIMER)
    finish(run)
    return 1


def _go_on_or_stop(run: Run, running: Running, token: Token, element: Element, timer: Timer) -> None:
    """A repeating timer gets its next moment, another is done."""
    if timer.remaining == 0:
        timer.delete()
        return
    timer.due_at = next_of_cycle(run, running, token, element, timer.due_at)
    timer.remaining = None if timer.remaining is None else timer.remaining - 1
    timer.save(update_fields=["due_at", "remaining"])


def _fire_start(timer_id: int, now: datetime) -> int:
    timer = Timer.objects.select_for_update().filter(pk=timer_id, due_at__lte=now).first()
    if timer is None or timer.version_id is None:
        return 0
    element = process_of(timer.version_id).elements[timer.element_id]
    if timer.remaining == 0:
        timer.delete()
    else:
        timer.due_at = next_of_cycle(Run(SYSTEM), None, None, element, timer.due_at)
        timer.remaining = None if timer.remaining is None else timer.remaining - 1
        timer.save(update_fields=["due_at", "remaining"])
    context = start_context(timer.version_id, None, {})
    if context is None:
        return 0
    start_process(
        actor=SYSTEM,
        version=timer.version_id,
        subject=context.subject,
        routing=context.routing,
        access_set=context.access_set_id,
        start_event=element.id,
    )
    return 1
