"""Jobs that return: once in each period, however many workers run."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Max
from django_tasks.base import Task

from .. import clock
from ..models import Job, JobState, PeriodicSchedule
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
            known[job.name] = start
        elif moment < known[job.name] <= job.next_after(moment):
            continue
        # Later than the next beginning of a period is no moment of this job: its period was shortened, or the
        # clock was set back, and the job would rest for as long.
        if _is_needed(job):
            count += _enqueue_once(job, known[job.name], moment)
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
def _enqueue_once(job: PeriodicJob, planned: datetime, moment: datetime) -> int:
    """Whoever moves the schedule on enqueues; the row's condition lets only one do so."""
    moved = PeriodicSchedule.objects.filter(name=job.name, next_at=planned).update(
        next_at=job.next_after(moment)
    )
    if moved:
        job.task.enqueue()
    return moved


@dataclass(frozen=True, slots=True)
class Rhythm:
    """When a periodic job ran last (None: not in the last days) and is looked at next (None: by no worker so far)."""

    name: str
    every: timedelta
    task: str
    last_at: datetime | None
    next_at: datetime | None


def rhythms() -> list[Rhythm]:
    """All periodic jobs with their last and next moments, by name."""
    planned = dict(PeriodicSchedule.objects.values_list("name", "next_at"))
    ran = dict(
        Job.objects.filter(task__in={job.task.module_path for job in periodic_jobs}, state=JobState.DONE)
        .values_list("task")
        .annotate(Max("finished_at"))
        .order_by()
    )
    return sorted(
        (
            Rhythm(job.name, job.every, path, ran.get(path), planned.get(job.name))
            for job in periodic_jobs
            for path in [job.task.module_path]
        ),
        key=lambda rhythm: rhythm.name,
    )
