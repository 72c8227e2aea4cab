"""Running one job, whatever it does."""

from __future__ import annotations

import json
import logging
import os
import secrets
import socket
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from contextvars import ContextVar
from dataclasses import dataclass
from traceback import format_exc
from typing import Any

from django.conf import settings
from django.db import connection, connections, transaction
from django.utils import translation
from django_tasks.base import TaskContext

from ..models import Job
from . import queue
from .backend import result_of, task_of

logger = logging.getLogger(__name__)


class TransactionLeftOpen(RuntimeError):
    """The job switched autocommit off and did not end its transaction; the next job would write into it."""


class LeaseLost(RuntimeError):
    """Another worker holds the job by now; what this one was about to commit must not be."""


@dataclass
class _AtHand:
    job: Job
    is_settled: bool = False


_at_hand: ContextVar[_AtHand | None] = ContextVar("rathaus_job_at_hand", default=None)


def settle() -> None:
    """Note in the running transaction that the job at hand is done: its effects and that note are one.

    For jobs whose effects could not tell that they were there before. After a kill the job either runs again
    with nothing written, or never again. Outside of a job it does nothing. Raises LeaseLost where another worker
    has taken over meanwhile; let it out, so that the transaction is rolled back.
    """
    at_hand = _at_hand.get()
    if at_hand is None:
        return
    if not connection.in_atomic_block:
        raise transaction.TransactionManagementError("jobs.settle() needs a transaction")
    if not queue.finish(at_hand.job):
        raise LeaseLost(f"job {at_hand.job.id}")
    at_hand.is_settled = True


def worker_name() -> str:
    """Host, process and a random part, for the operator and for the lease."""
    return f"{socket.gethostname()[:30]}:{os.getpid()}:{secrets.token_hex(4)}"


def run_pending(*, limit: int | None = None, raise_errors: bool = False) -> int:
    """Run everything due now in this process, also what becomes due meanwhile; returns how many ran.

    For tests, examples and plays. ``raise_errors``: let the first failure out (after it was noted).
    """
    queue.recover_abandoned()
    worker = worker_name()
    count = 0
    while (limit is None or count < limit) and (job := queue.claim(worker)):
        count += 1
        error = run(job)
        if error is not None and raise_errors:
            raise error
    return count


def run(job: Job) -> BaseException | None:
    """Run a claimed job and note how it went; returns what it raised. Nothing gets past here."""
    at_hand = _AtHand(job)
    token = _at_hand.set(at_hand)
    try:
        with _apart():
            result = _call(job)
            text = "" if result is None else json.dumps(result, ensure_ascii=False)
    except (Exception, SystemExit) as error:  # one bad job must never stop the worker
        logger.warning("job_failed id=%s task=%s attempt=%s", job.id, job.task, job.attempts, exc_info=error)
        if not connection.in_atomic_block:
            # Whatever state the job left its connections in, the next one starts afresh.
            connections.close_all()
        _note(job, queue.fail(job, format_exc()))
        return error
    finally:
        _at_hand.reset(token)
    held = queue.finish(job, text)
    _note(job, held or at_hand.is_settled)
    return None


def _call(job: Job) -> Any:
    task = task_of(job)
    payload = json.loads(job.payload)
    args, kwargs = payload["args"], payload["kwargs"]
    if task.takes_context:
        return task.func(TaskContext(task_result=result_of(job, task.backend)), *args, **kwargs)
    return task.func(*args, **kwargs)


@contextmanager
def _apart() -> Iterator[None]:
    """A job runs in the town's language and outside any transaction; inside a test's, in a savepoint."""
    is_inside = connection.in_atomic_block
    savepoint = transaction.atomic() if is_inside else nullcontext()
    with savepoint, translation.override(settings.LANGUAGE_CODE):
        yield
    if not is_inside and (connection.in_atomic_block or not connection.get_autocommit()):
        raise TransactionLeftOpen("the job left a transaction open; what it wrote is lost")


def _note(job: Job, held: bool) -> None:
    if not held:
        logger.warning("job_lease_lost id=%s task=%s attempt=%s", job.id, job.task, job.attempts)
