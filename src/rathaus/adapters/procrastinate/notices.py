"""Notices of ready jobs: Procrastinate's jobs, each with the number of one of ours."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from django.db import connection

from rathaus.kernel.public import clock, jobs

TASK = "rathaus.run_job"
REPAIR_BATCH = 1000

# Procrastinate's own function, called on Django's connection: the notice is part of the transaction.
_DEFER = """
SELECT procrastinate_defer_jobs_v1(ARRAY_AGG(
    ROW(n.queue, %s, n.priority, NULL, NULL, jsonb_build_object('job_id', n.id), n.at)
    ::procrastinate_job_to_defer_v1))
FROM (VALUES {rows}) AS n (id, queue, priority, at)
"""
_ROW = "(%s::bigint, %s::varchar, %s::integer, %s::timestamptz)"

_MISSING = """
SELECT job.id, job.queue, job.priority, job.run_after FROM kernel_job AS job
WHERE job.state = 'ready' AND job.run_after <= %s AND NOT EXISTS (
    SELECT 1 FROM procrastinate_jobs AS notice
    WHERE notice.status = 'todo' AND notice.task_name = %s AND (notice.args ->> 'job_id')::bigint = job.id)
ORDER BY job.id LIMIT %s
"""


def write(notices: Sequence[jobs.Notice]) -> None:
    """Defer one Procrastinate job for each notice, by one statement in the running transaction."""
    moment = clock.now()
    values: list[Any] = [TASK]
    for notice in notices:
        at = notice.run_after if notice.run_after > moment else None
        values += [notice.job_id, notice.queue, notice.priority, at]
    with connection.cursor() as cursor:
        cursor.execute(_DEFER.format(rows=", ".join([_ROW] * len(notices))), values)


def write_missing(waited: timedelta) -> int:
    """Write notices for ready jobs that should have begun ``waited`` ago and have none; returns how many.

    So nothing stays behind that was enqueued while Procrastinate was switched off, or whose notice was taken by a
    worker that died before it began.
    """
    with connection.cursor() as cursor:
        cursor.execute(_MISSING, [clock.now() - waited, TASK, REPAIR_BATCH])
        missing = [jobs.Notice(*row) for row in cursor.fetchall()]
    if missing:
        write(missing)
    return len(missing)


def is_waiting(job_id: int) -> jobs.Notice | None:
    """The notice of a job that is ready, but only later; None where there is nothing to wait for."""
    ready = jobs.Job.objects.filter(pk=job_id, state=jobs.JobState.READY, run_after__gt=clock.now())
    found = ready.values_list("pk", "queue", "priority", "run_after").first()
    return jobs.Notice(*found) if found else None
