"""The rows: inserting, claiming under a lease, finishing, failing, giving up, trying again."""

from __future__ import annotations

import logging
import secrets
from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db import connection, transaction
from django.db.models import Count, Q, QuerySet

from .. import audit, clock
from ..models import Job, JobState
from .dispatch import Notice, announce

logger = logging.getLogger(__name__)

LEASE = timedelta(seconds=60)
MAX_ATTEMPTS = 10
FIRST_SECONDS = 10
LONGEST_SECONDS = 3600
KEEP_DONE = timedelta(days=7)
SKEW = timedelta(minutes=1)
MAX_ERROR = 20_000

_COLUMNS = (
    "task, queue, payload, priority, state, enqueued_at, run_after, attempts, worker, last_error, result"
)
_ROW = "(%s, %s, %s, %s, 'ready', %s, %s, 0, '', '', '')"


def insert(
    task: str, payloads: list[str], *, queue: str, priority: int, enqueued_at: datetime, run_after: datetime
) -> list[int]:
    """Add jobs of one task by one statement; returns their numbers."""
    adapt = connection.ops.adapt_datetimefield_value
    at, after = adapt(enqueued_at), adapt(run_after)
    values = [value for payload in payloads for value in (task, queue, payload, priority, at, after)]
    rows = ", ".join([_ROW] * len(payloads))
    with connection.cursor() as cursor:
        # Constant text but for the number of rows; the values are parameters.
        cursor.execute(
            f"INSERT INTO {Job._meta.db_table} ({_COLUMNS}) VALUES {rows} RETURNING id",  # noqa: S608 - our own names and numbers; values are parameters
            values,
        )
        numbers = [number for (number,) in cursor.fetchall()]
    announce([Notice(number, queue, priority, run_after) for number in numbers])
    return numbers


def due(queues: Iterable[str] = ()) -> QuerySet[Job]:
    """Jobs that may run now, in the order in which they shall; of some queues, or of all."""
    ready = Job.objects.filter(state=JobState.READY, run_after__lte=clock.now())
    wanted = tuple(queues)
    if wanted:
        ready = ready.filter(queue__in=wanted)
    return ready.order_by("-priority", "run_after", "id")


def claim(worker: str, queues: Iterable[str] = ()) -> Job | None:
    """Take the next job under a lease. Two workers never hold the same one.

    PostgreSQL skips rows that others have locked; on SQLite the immediate transaction lets in one at a time.
    The condition of the UPDATE would catch what slips through either.
    """
    return _take(due(queues), worker)


def claim_one(job_id: int, worker: str) -> Job | None:
    """Take this very job under a lease; None where it is not due, not ready, or another was faster."""
    return _take(due().filter(pk=job_id), worker)


def _take(jobs: QuerySet[Job], worker: str) -> Job | None:
    with transaction.atomic():
        job = jobs.select_for_update(skip_locked=True).first()
        if job is None:
            return None
        moment = clock.wall()
        job.attempts += 1
        job.state, job.worker = JobState.RUNNING, worker
        job.started_at, job.lease_until = moment, moment + LEASE
        taken = Job.objects.filter(pk=job.pk, state=JobState.READY, attempts=job.attempts - 1).update(
            state=job.state,
            worker=worker,
            attempts=job.attempts,
            started_at=job.started_at,
            lease_until=job.lease_until,
        )
    return job if taken else None


def _held(job: Job) -> QuerySet[Job]:
    """The row, as long as this very claim still holds."""
    return Job.objects.filter(pk=job.pk, state=JobState.RUNNING, worker=job.worker, attempts=job.attempts)


def renew(job: Job) -> bool:
    """Prolong the lease; False where another has taken over."""
    return bool(_held(job).update(lease_until=clock.wall() + LEASE))


def finish(job: Job, result: str = "") -> bool:
    """Note success; False where the lease was lost meanwhile."""
    moment = clock.wall()
    return bool(
        _held(job).update(
            state=JobState.DONE, finished_at=moment, lease_until=None, result=result, last_error=""
        )
    )


@transaction.atomic
def fail(job: Job, error: str) -> bool:
    """Note a failure: try again later, or give up after the last attempt. False where the lease was lost."""
    is_last = job.attempts >= MAX_ATTEMPTS
    if is_last:
        logger.error("job_dead id=%s task=%s attempts=%s", job.id, job.task, job.attempts)
    again_at = clock.now() + delay_after(job.attempts)
    noted = _held(job).update(
        state=JobState.DEAD if is_last else JobState.READY,
        run_after=again_at,
        lease_until=None,
        finished_at=clock.wall() if is_last else None,
        last_error=error[-MAX_ERROR:].replace("\x00", ""),
    )
    if noted and not is_last:
        announce([Notice(job.id, job.queue, job.priority, again_at)])
    return bool(noted)


def delay_after(attempts: int) -> timedelta:
    """How long to wait: twice as long each time, at most an hour, spread so that not all return at once."""
    seconds = min(FIRST_SECONDS * 2 ** min(attempts - 1, 20), LONGEST_SECONDS)
    return timedelta(seconds=seconds * (0.8 + secrets.randbelow(401) / 1000))


def recover_abandoned() -> int:
    """Give jobs back whose worker was killed: the lease ran out. One that kills each worker is given up.

    A lease that reaches further than any worker asks for is from before the clock was set back.
    """
    moment = clock.wall()
    lapsed = Q(lease_until__lt=moment) | Q(lease_until__gt=moment + 2 * LEASE)
    abandoned = list(Job.objects.filter(lapsed, state=JobState.RUNNING).defer("payload", "last_error"))
    return sum(_give_back(job) for job in abandoned)


@transaction.atomic
def _give_back(job: Job) -> int:
    is_last = job.attempts >= MAX_ATTEMPTS
    given = (
        _held(job)
        .filter(lease_until=job.lease_until)
        .update(
            state=JobState.DEAD if is_last else JobState.READY,
            lease_until=None,
            finished_at=clock.wall() if is_last else None,
            last_error=f"Der Arbeitsprozess {job.worker} endete während der Ausführung.",
        )
    )
    if given:
        logger.warning("job_recovered id=%s task=%s attempt=%s", job.id, job.task, job.attempts)
        if not is_last:
            announce([Notice(job.id, job.queue, job.priority, job.run_after)])
    return given


def bring_forward() -> int:
    """Undo what a clock that was set back did: jobs from the future would wait until it has come again.

    Such a job was enqueued later than now, or waits longer for its next attempt than any job does.
    """
    moment = clock.now()
    longest = moment + timedelta(seconds=LONGEST_SECONDS * 1.2) + SKEW
    late = Q(enqueued_at__gt=moment + SKEW) | Q(attempts__gt=0, run_after__gt=longest)
    found = list(Job.objects.filter(late, state=JobState.READY).defer("payload", "last_error"))
    for job in found:
        wait = (
            max(job.run_after - job.enqueued_at, timedelta(0)) if job.enqueued_at > moment else timedelta(0)
        )
        with transaction.atomic():
            job_again = Job.objects.filter(pk=job.pk, state=JobState.READY)
            if job_again.update(enqueued_at=min(job.enqueued_at, moment), run_after=moment + wait):
                announce([Notice(job.pk, job.queue, job.priority, moment + wait)])
    if found:
        logger.warning("jobs_brought_forward count=%d", len(found))
    return len(found)


def recent(state: str | None = None) -> QuerySet[Job]:
    """Jobs for the operator's page, newest first."""
    jobs = Job.objects.order_by("-id")
    return jobs if state is None else jobs.filter(state=state)


def state_counts() -> dict[str, int]:
    """How many jobs are in each state."""
    found = dict(Job.objects.values_list("state").annotate(Count("id")).order_by())
    return {state.value: found.get(state.value, 0) for state in JobState}


def capped_counts(most: int) -> dict[str, int]:
    """The same for pages, but nothing is counted beyond ``most``: what was done stays for days. One query."""
    counts = ", ".join(
        f"(SELECT COUNT(*) FROM (SELECT 1 FROM {Job._meta.db_table} WHERE state = %s LIMIT %s) AS found)"  # noqa: S608 - our own names and numbers; values are parameters
        for _state in JobState
    )
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {counts}", [value for state in JobState for value in (state.value, most)])
        return dict(zip(JobState.values, cursor.fetchone(), strict=True))


@transaction.atomic
def retry(job_id: int, actor: str) -> bool:
    """Run a job given up once more; False where it is not given up. ``actor`` is an audit name."""
    dead = Job.objects.filter(pk=job_id, state=JobState.DEAD)
    job = dead.only("queue", "priority").first()
    moment = clock.now()
    if job is None or not dead.update(state=JobState.READY, attempts=0, run_after=moment, finished_at=None):
        return False
    audit.append(actor=actor, action="kernel.job_retried", subject=f"kernel.job:{job_id}")
    announce([Notice(job_id, job.queue, job.priority, moment)])
    return True


def retry_all(actor: str, task: str = "", limit: int = 500) -> int:
    """Run jobs given up once more, of one task or of all, the oldest first; returns how many."""
    dead = Job.objects.filter(state=JobState.DEAD).order_by("id")
    if task:
        dead = dead.filter(task=task)
    return sum(retry(job_id, actor) for job_id in dead.values_list("id", flat=True)[:limit])


def purge_done() -> int:
    """Remove jobs that were done long ago."""
    return Job.objects.filter(state=JobState.DONE, finished_at__lt=clock.wall() - KEEP_DONE).delete()[0]
