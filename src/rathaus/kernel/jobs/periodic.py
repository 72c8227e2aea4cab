"""Jobs that return: once in each period, however many workers run."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from django.db import transaction
from django_tasks.base import Task

from .. import clock
from ..models import PeriodicSchedule
from ..registry import Registry

logger = logging.getLogger(__name__)

EPOCH = datetime(2020, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class PeriodicJob:
    """A task without arguments, its period, and whether there is anything to do for it."""

    name: str
    every: timedelta
    task: Task[..., Any]
    needed: Callable[[], bool] | None = None

    def next_after(self, moment: datetime) -> datetime:
        """The next beginning of a period; periods are counted from one fixed moment, so all workers agree."""
        return EPOCH + ((moment - EPOCH) // self.every + 1) * self.every


periodic_jobs: Registry[PeriodicJob] = Registry("periodic job", key=lambda job: job.name)


def periodic(
    name: str, every: timedelta, task: Task[..., Any], *, needed: Callable[[], bool] | None = None
) -> None:
    """Have ``task`` enqueued once in each period, from apps.ready. ``needed`` (cheap) may let it rest."""
    periodic_jobs.register(PeriodicJob(name, every, task, needed))


def tick() -> int:
    """Enqueue the periodic jobs that are due; returns how many. What was missed during a pause comes once."""
    moment = clock.now()
    known = dict(PeriodicSchedule.objects.values_list("name", "next_at"))
    count = 0
    for job in periodic_jobs:
        if job.name not in known:
            # Unknown so far: due at once.
            start = job.next_after(moment) - job.every
            PeriodicSchedule.objects.bulk_create(
                [PeriodicSchedule(name=job.name, next_at=start)], ignore_conflicts=True
            )
        elif known[job.name] > moment:
            continue
        if _is_needed(job):
            count += _enqueue_once(job, moment)
    return count


def _is_needed(job: PeriodicJob) -> bool:
    if job.needed is None:
        return True
    try:
        return job.needed()
    except Exception:  # whatever one job's question runs into, the others must have their turn
        logger.exception("periodic_question_failed name=%s", job.name)
        return False


@transaction.atomic
def _enqueue_once(job: PeriodicJob, moment: datetime) -> int:
    """Whoever moves the schedule on enqueues; the row's condition lets only one do so."""
    moved = PeriodicSchedule.objects.filter(name=job.name, next_at__lte=moment).update(
        next_at=job.next_after(moment)
    )
    if moved:
        job.task.enqueue()
    return moved
