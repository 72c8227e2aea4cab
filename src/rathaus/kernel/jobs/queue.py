"""The rows: inserting, claiming under a lease, finishing, failing, giving up, trying again."""

from __future__ import annotations

import logging
import secrets
from datetime import datetime, timedelta

from django.db import connection, transaction
from django.db.models import Case, Count, F, Q, QuerySet, Value, When
from django.db.models.functions import Concat

from .. import audit, clock
from ..models import Job, JobState

logger = logging.getLogger(__name__)

LEASE = timedelta(seconds=60)
MAX_ATTEMPTS = 10
FIRST_SECONDS = 10
LONGEST_SECONDS = 3600
KEEP_DONE = timedelta(days=7)
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
            f"INSERT INTO {Job._meta.db_table} ({_COLUMNS}) VALUES {rows} RETURNING id",  # noqa: S608
            values,
        )
        return [number for (number,) in cursor.fetchall()]


def due() -> QuerySet[Job]:
    """Jobs that may run now, in the order in which they shall."""
    return Job.objects.filter(state=JobState.READY, run_after__lte=clock.now()).order_by(
        "-priority", "run_after", "id"
    )


def claim(worker: str) -> Job | None:
    """Take the next job under a lease. Two workers never hold the same one.

    PostgreSQL skips rows that others have locked; on SQLite the immediate transaction lets in one at a time.
    The condition of the UPDATE would catch what slips through either.
    """
    with transaction.atomic():
        job = due().select_for_update(skip_locked=True).first()
        if job is None:
            return None
        moment = clock.wall()
        job.attempts += 1
        job.state, job.worker, job.started_at, job.lease_until = (
            JobState.RUNNING,
            worker,
            moment,
            moment + LEASE,
        )
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


def fail(job: Job, error: str) -> bool:
    """Note a failure: try again later, or give up after the last attempt. False where the lease was lost."""
    is_last = job.attempts >= MAX_ATTEMPTS
    if is_last:
        logger.error("job_dead id=%s task=%s attempts=%s", job.id, job.task, job.attempts)
    return bool(
        _held(job).update(
            state=JobState.DEAD if is_last else JobState.READY,
            run_after=clock.now() + delay_after(job.attempts),
            lease_until=None,
            finished_at=clock.wall() if is_last else None,
            last_error=error[-MAX_ERROR:],
        )
    )


def delay_after(attempts: int) -> timedelta:
    """How long to wait: twice as long each time, at most an hour, spread so that not all return at once."""
    seconds = min(FIRST_SECONDS * 2 ** min(attempts - 1, 20), LONGEST_SECONDS)
    return timedelta(seconds=seconds * (0.8 + secrets.randbelow(401) / 1000))


def recover_abandoned() -> int:
    """Give jobs back whose worker was killed: the lease ran out. One that kills each worker is given up."""
    abandoned = Job.objects.filter(state=JobState.RUNNING, lease_until__lt=clock.wall())
    if not abandoned.exists():
        return 0
    note = Concat(Value("Der Arbeitsprozess "), F("worker"), Value(" endete während der Ausführung."))
    count = abandoned.update(
        state=Case(
            When(attempts__gte=MAX_ATTEMPTS, then=Value(JobState.DEAD)), default=Value(JobState.READY)
        ),
        lease_until=None,
        last_error=note,
    )
    logger.warning("jobs_recovered count=%d", count)
    return count


def recent(state: str | None = None) -> QuerySet[Job]:
    """Jobs for the operator's page, newest first."""
    jobs = Job.objects.order_by("-id")
    return jobs if state is None else jobs.filter(state=state)


def state_counts() -> dict[str, int]:
    """How many jobs are in each state."""
    found = dict(Job.objects.values_list("state").annotate(Count("id")).order_by())
    return {state.value: found.get(state.value, 0) for state in JobState}


@transaction.atomic
def retry(job_id: int, actor: str) -> bool:
    """Run a job given up once more; False where it is not given up. ``actor`` is an audit name."""
    revived = Job.objects.filter(Q(pk=job_id), state=JobState.DEAD).update(
        state=JobState.READY, attempts=0, run_after=clock.now(), finished_at=None
    )
    if revived:
        audit.append(actor=actor, action="kernel.job_retried", subject=f"kernel.job:{job_id}")
    return bool(revived)


def purge_done() -> int:
    """Remove jobs that were done long ago."""
    return Job.objects.filter(state=JobState.DONE, finished_at__lt=clock.wall() - KEEP_DONE).delete()[0]
