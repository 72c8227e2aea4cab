"""Figures that are read from the database when monitoring asks: jobs, cases, tasks, audit, documents, sizes.

No figure and no label tells anything about a person; labels come from closed sets.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from django.db import connection
from django.db.models import Count, Min, Q, Sum

from rathaus.engines.processes.public import TaskState, UserTask, open_incidents
from rathaus.engines.records.public import Case
from rathaus.intake.public import Application
from rathaus.kernel.public import audit, blobs, clock
from rathaus.kernel.public import jobs as queue

Reading = float | Mapping[str, float]
NOT_FILED = Q(filed_on__isnull=True)


@dataclass(frozen=True, slots=True)
class Gauge:
    """A figure; ``label`` names what the keys of a reading stand for."""

    name: str
    help: str
    read: Callable[[], Reading]
    label: str = ""


def oldest_due() -> float:
    now = clock.wall()
    due = queue.Job.objects.filter(state=queue.JobState.READY, run_after__lte=now)
    first = due.aggregate(first=Min("run_after"))["first"]
    return max(0.0, (now - first).total_seconds()) if first else 0.0


def failing_jobs() -> dict[str, float]:
    dead, again = Q(state=queue.JobState.DEAD), Q(state=queue.JobState.READY, attempts__gt=0)
    rows = queue.Job.objects.filter(dead | again).values_list("task").annotate(Count("id")).order_by("task")
    return {task.removeprefix("rathaus."): count for task, count in rows}


def failing_mails() -> float:
    """Jobs that send and could not, by the names of their tasks."""
    return sum(count for task, count in failing_jobs().items() if "mail" in task or "tell" in task)


def overdue_tasks() -> float:
    return UserTask.objects.filter(state=TaskState.OPEN, due_on__lt=clock.today()).count()


def blob_bytes() -> float:
    return float(blobs.Blob.objects.aggregate(total=Sum("size"))["total"] or 0)


def database_bytes() -> float:
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_database_size(current_database())")
            return float(cursor.fetchone()[0])
    file = Path(str(connection.settings_dict["NAME"]))
    places = (file, file.with_name(f"{file.name}-wal"))
    return float(sum(place.stat().st_size for place in places if place.exists()))


GAUGES = (
    Gauge("jobs", "Jobs by state.", lambda: dict(queue.state_counts()), "state"),
    Gauge("jobs_oldest_seconds", "How long the oldest job that is due has been waiting.", oldest_due),
    Gauge("jobs_failing", "Jobs that failed and are not done, by task.", failing_jobs, "task"),
    Gauge("mail_failing", "E-mails that could not be sent so far.", failing_mails),
    Gauge("incidents_open", "Processes that wait for help.", lambda: open_incidents().count()),
    Gauge("applications", "Applications received and kept.", lambda: Application.objects.count()),
    Gauge("cases_open", "Cases that are not filed.", lambda: Case.objects.filter(NOT_FILED).count()),
    Gauge("tasks_overdue", "Open tasks whose day has passed.", overdue_tasks),
    Gauge("audit_unsealed", "Audit entries that are not sealed yet.", lambda: audit.waiting()),
    Gauge("blob_bytes", "Size of all stored contents before encryption.", blob_bytes),
    Gauge(
        "blobs_unreadable",
        "Documents that could not be opened when last asked for.",
        lambda: blobs.count_unreadable(),
    ),
    Gauge("database_bytes", "Size of the town's database.", database_bytes),
)


def readings() -> Iterator[tuple[Gauge, dict[str, float]]]:
    """Every figure now; the key is empty where a figure has no label. Raises DatabaseError when it is away."""
    for gauge in GAUGES:
        value = gauge.read()
        yield gauge, dict(value) if isinstance(value, Mapping) else {"": value}
