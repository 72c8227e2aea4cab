"""Procrastinate brings the same jobs to its workers. What all workers share is tested in tests/kernel, on both."""

from __future__ import annotations

import threading
import time
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.db import connection, transaction

from rathaus.kernel.jobs import queue
from rathaus.kernel.jobs.dispatch import WorkerOptions
from rathaus.kernel.jobs.worker import JobTimedOut
from rathaus.kernel.models import Job, JobState
from rathaus.kernel.public import clock, jobs
from rathaus.site.environment import job_apps
from tests.kernel import work

switched_on = pytest.mark.skipif(
    settings.JOBS != "procrastinate", reason="needs PostgreSQL and RATHAUS_JOBS=procrastinate"
)
NOON = datetime(2026, 12, 1, 12, tzinfo=UTC)


def test_on_sqlite_it_is_refused_in_german() -> None:
    with pytest.raises(ImproperlyConfigured, match="geht nur mit PostgreSQL"):
        job_apps("procrastinate", "django.db.backends.sqlite3")
    assert job_apps("database", "django.db.backends.sqlite3") == []
    assert "rathaus.adapters.procrastinate" in job_apps("procrastinate", "django.db.backends.postgresql")


def test_what_computes_too_long_is_broken_off_in_its_thread() -> None:
    from rathaus.adapters.procrastinate.deadlines import Deadlines

    deadlines, caught = Deadlines(0), []

    def compute() -> None:
        try:
            with deadlines.running():
                work.spin.func(60)
        except JobTimedOut:
            caught.append("timed out")

    thread = threading.Thread(target=compute)
    thread.start()
    end = time.monotonic() + 50
    while thread.is_alive() and time.monotonic() < end:
        deadlines.enforce()
        thread.join(0.05)
    assert caught == ["timed out"]


def notices() -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT (args ->> 'job_id')::bigint, queue_name, priority, scheduled_at, status::text"
            " FROM procrastinate_jobs ORDER BY id"
        )
        return list(cursor.fetchall())


@switched_on
@pytest.mark.django_db
def test_word_is_part_of_the_transaction() -> None:
    with pytest.raises(RuntimeError), transaction.atomic():
        work.remember.enqueue(1)
        raise RuntimeError
    assert notices() == []
    with clock.travel(NOON):
        work.hurry.using(queue_name="letters").enqueue("now")
        work.remember.using(run_after=NOON + timedelta(hours=1)).enqueue("later")
    first, second = Job.objects.order_by("id").values_list("id", flat=True)
    assert notices() == [
        (first, "letters", 10, None, "todo"),
        (second, "default", 0, NOON + timedelta(hours=1), "todo"),
    ]


@switched_on
@pytest.mark.django_db
def test_each_way_back_to_ready_sends_word() -> None:
    work.fail.enqueue("nein")
    jobs.run_pending()  # tried again later
    job = Job.objects.get()
    Job.objects.update(run_after=clock.now())
    assert queue.claim("killed") is not None
    Job.objects.update(lease_until=clock.wall() - timedelta(seconds=1))
    queue.recover_abandoned()
    Job.objects.update(state=JobState.DEAD)
    jobs.retry(job.id, "staff:1")
    assert [row[0] for row in notices()] == [job.id] * 4
    assert notices()[1][3] == job.run_after


@switched_on
@pytest.mark.django_db
def test_word_that_is_missing_is_sent() -> None:
    from rathaus.adapters.procrastinate.notices import write_missing

    with clock.travel(NOON):
        for number in range(3):
            work.remember.enqueue(number)
        work.remember.using(run_after=NOON + timedelta(hours=1)).enqueue("later")
        with connection.cursor() as cursor:
            cursor.execute(
                "DELETE FROM procrastinate_jobs WHERE id <> (SELECT min(id) FROM procrastinate_jobs)"
            )
        assert write_missing(timedelta(seconds=30)) == 0
        clock.advance(timedelta(seconds=31))
        assert write_missing(timedelta(seconds=30)) == 2
        assert write_missing(timedelta(seconds=30)) == 0
    assert len(notices()) == 3


@switched_on
@pytest.mark.django_db
def test_a_notice_before_its_time_comes_again(monkeypatch: pytest.MonkeyPatch) -> None:
    from rathaus.adapters.procrastinate import dispatcher

    monkeypatch.setattr(dispatcher, "LOOK_AGAIN", 0)
    worker = dispatcher.ProcrastinateWorker(WorkerOptions())
    with clock.travel(NOON):
        work.remember.using(run_after=NOON + timedelta(seconds=5)).enqueue(1)
        job = Job.objects.get()
        worker.run_job(job.id)
        assert (len(notices()), Job.objects.get().state) == (2, JobState.READY)
        clock.advance(timedelta(seconds=5))
        worker.run_job(job.id)
        worker.run_job(job.id)
    assert (len(notices()), Job.objects.get().state, Job.objects.get().attempts) == (2, JobState.DONE, 1)
