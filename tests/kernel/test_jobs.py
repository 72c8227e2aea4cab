from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.conf import settings
from django.db import connection, transaction

from rathaus.kernel.jobs import queue
from rathaus.kernel.jobs.periodic import PeriodicJob, periodic_jobs
from rathaus.kernel.models import AuditEntry, Counter, Job, JobState
from rathaus.kernel.public import clock, jobs
from tests.kernel import work

pytestmark = pytest.mark.django_db
NOON = datetime(2026, 12, 1, 12, tzinfo=UTC)


@pytest.fixture(autouse=True)
def done() -> Iterator[list[Any]]:
    work.done.clear()
    yield work.done
    work.done.clear()


def test_a_job_runs_once_and_keeps_its_result(done: list[Any]) -> None:
    result = work.remember.enqueue({"a": [1, "zwei"]})
    assert jobs.run_pending() == 1
    assert jobs.run_pending() == 0
    assert done == [{"a": [1, "zwei"]}]
    result.refresh()
    assert (result.status, result.return_value, result.attempts) == ("SUCCESSFUL", {"a": [1, "zwei"]}, 1)


def test_enqueueing_is_part_of_the_transaction(django_assert_num_queries: Any) -> None:
    with pytest.raises(RuntimeError), transaction.atomic():
        work.remember.enqueue(1)
        raise RuntimeError
    assert jobs.run_pending() == 0
    with django_assert_num_queries(
        1 if settings.JOBS == "database" else 2
    ):  # the job, and word to Procrastinate
        work.remember.enqueue(1)


def test_arguments_that_are_not_json_are_refused_at_once() -> None:
    with pytest.raises(TypeError):
        work.remember.enqueue(object())


def test_urgent_jobs_first_then_the_order_of_enqueueing(done: list[Any]) -> None:
    with clock.travel(NOON):
        for number in range(3):
            work.remember.enqueue(number)
        work.hurry.enqueue("now")
        jobs.run_pending()
    assert done == ["now", 0, 1, 2]


def test_a_job_waits_for_its_time(done: list[Any]) -> None:
    with clock.travel(NOON):
        work.remember.using(run_after=NOON + timedelta(hours=1)).enqueue("later")
        assert jobs.run_pending() == 0
        clock.advance(timedelta(hours=1))
        assert jobs.run_pending() == 1
    assert done == ["later"]


def test_a_limit_leaves_the_rest(done: list[Any]) -> None:
    for number in range(3):
        work.remember.enqueue(number)
    assert jobs.run_pending(limit=2) == 2
    assert done == [0, 1]


def test_a_failing_job_is_tried_again_ever_later_and_then_given_up(done: list[Any]) -> None:
    with clock.travel(NOON):
        work.fail.enqueue("nein")
        waits = []
        for _ in range(queue.MAX_ATTEMPTS):
            assert jobs.run_pending() == 1
            job = Job.objects.get()
            waits.append((job.run_after - clock.now()).total_seconds())
            clock.advance(timedelta(hours=2))
        assert jobs.run_pending() == 0
    assert len(done) == queue.MAX_ATTEMPTS
    assert (job.state, job.attempts) == (JobState.DEAD, queue.MAX_ATTEMPTS)
    assert job.last_error.startswith("Traceback")
    assert job.last_error.rstrip().endswith("RuntimeError: nein")
    ideal = [min(10 * 2**n, 3600) for n in range(queue.MAX_ATTEMPTS)]
    assert all(0.8 * good <= wait <= 1.2 * good for wait, good in zip(waits, ideal, strict=True))


def test_a_job_given_up_is_run_again_by_hand_and_the_hand_is_noted(done: list[Any]) -> None:
    work.fail.enqueue("nein")
    Job.objects.update(state=JobState.DEAD, attempts=10)
    job = Job.objects.get()
    assert jobs.retry(job.id, "staff:1")
    assert not jobs.retry(job.id, "staff:1")
    assert jobs.run_pending() == 1
    assert done == ["nein"]
    entry = AuditEntry.objects.get()
    assert (entry.actor, entry.action, entry.subject) == (
        "staff:1",
        "kernel.job_retried",
        f"kernel.job:{job.id}",
    )


def test_one_poison_job_does_not_stop_the_others(done: list[Any]) -> None:
    for bad in (work.leave, work.break_the_transaction):
        bad.enqueue()
    work.fail.enqueue("nein")
    work.remember.enqueue(1)
    Job.objects.filter(task__endswith="leave").update(payload="no json at all")
    queue.insert("os.system", ['{"args": ["true"], "kwargs": {}}'], queue="default", priority=0,
                 enqueued_at=clock.now(), run_after=clock.now())  # fmt: skip
    queue.insert("tests.kernel.work.no_task", ['{"args": [], "kwargs": {}}'], queue="default", priority=0,
                 enqueued_at=clock.now(), run_after=clock.now())  # fmt: skip
    work.remember.enqueue(2)
    assert jobs.run_pending() == 7
    assert done == ["nein", 1, 2]
    assert jobs.state_counts() == {"ready": 5, "running": 0, "done": 2, "dead": 0}
    assert not Counter.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_a_job_that_leaves_its_connection_in_disorder_harms_no_other(done: list[Any]) -> None:
    work.break_the_transaction.enqueue()
    work.leave_a_transaction_open.enqueue()
    work.look_around.enqueue()
    jobs.run_pending()
    assert done == [(False, "de")]
    assert not Counter.objects.exists()
    assert connection.get_autocommit()
    assert jobs.state_counts() == {"ready": 2, "running": 0, "done": 1, "dead": 0}


def test_a_job_knows_its_attempt_where_it_asks(done: list[Any]) -> None:
    work.count_attempts.enqueue()
    jobs.run_pending(raise_errors=True)
    assert done == [1]


def test_the_first_error_comes_out_where_a_test_wants_it() -> None:
    work.fail.enqueue("nein")
    with pytest.raises(RuntimeError, match="nein"):
        jobs.run_pending(raise_errors=True)
    assert Job.objects.get().attempts == 1


def test_a_job_of_a_killed_worker_runs_again_once_its_lease_is_over(done: list[Any]) -> None:
    work.remember.enqueue(1)
    assert queue.claim("worker that is killed now") is not None
    assert jobs.run_pending() == 0
    Job.objects.update(lease_until=clock.wall() - timedelta(seconds=1))
    assert jobs.run_pending() == 1
    job = Job.objects.get()
    assert (done, job.state, job.attempts) == ([1], JobState.DONE, 2)


def test_a_job_that_kills_every_worker_is_given_up() -> None:
    work.remember.enqueue(1)
    for attempt in range(1, queue.MAX_ATTEMPTS + 1):
        assert queue.claim(f"worker {attempt}") is not None
        Job.objects.update(lease_until=clock.wall() - timedelta(seconds=1))
        assert queue.recover_abandoned() == 1
    job = Job.objects.get()
    assert (job.state, job.attempts) == (JobState.DEAD, queue.MAX_ATTEMPTS)
    assert job.last_error == "Der Arbeitsprozess worker 10 endete während der Ausführung."


def test_who_lost_the_lease_does_not_write_over_the_new_holder() -> None:
    work.remember.enqueue(1)
    slow = queue.claim("slow")
    assert slow is not None
    Job.objects.update(lease_until=clock.wall() - timedelta(seconds=1))
    queue.recover_abandoned()
    quick = queue.claim("quick")
    assert quick is not None
    assert not queue.renew(slow)
    assert not queue.finish(slow)
    assert not queue.fail(slow, "too late")
    assert queue.finish(quick)
    assert Job.objects.get().state == JobState.DONE


def _claim_all(name: int) -> list[int]:
    claimed = []
    try:
        while (job := queue.claim(f"worker {name}")) is not None:
            claimed.append(job.id)
            queue.finish(job)
    finally:
        connection.close()
    return claimed


@pytest.mark.django_db(transaction=True)
def test_several_workers_share_the_jobs_and_no_job_is_taken_twice() -> None:
    for number in range(40):
        work.remember.enqueue(number)
    with ThreadPoolExecutor(max_workers=4) as threads:
        claimed = [job for jobs_of_one in threads.map(_claim_all, range(4)) for job in jobs_of_one]
    assert sorted(claimed) == sorted(Job.objects.values_list("id", flat=True))
    assert set(Job.objects.values_list("attempts", flat=True)) == {1}


def test_done_jobs_are_removed_after_a_week() -> None:
    work.remember.enqueue(1)
    work.remember.enqueue(2)
    jobs.run_pending()
    first = Job.objects.order_by("id")[0]
    Job.objects.filter(pk=first.pk).update(finished_at=clock.wall() - timedelta(days=8))
    assert queue.purge_done() == 1
    assert not Job.objects.filter(pk=first.pk).exists()


@pytest.fixture
def hourly() -> Iterator[None]:
    with periodic_jobs.temporarily(PeriodicJob("test.hourly", timedelta(hours=1), work.look_around)):
        yield


def _hourly_jobs() -> int:
    return Job.objects.filter(task=work.look_around.module_path).count()


@pytest.mark.usefixtures("hourly")
def test_a_periodic_job_is_enqueued_once_in_each_period() -> None:
    with clock.travel(NOON):
        counts = []
        for minutes in (0, 1, 59, 30, 60):
            clock.advance(timedelta(minutes=minutes))
            jobs.tick()
            jobs.tick()
            counts.append(_hourly_jobs())
    # 12:00, 12:01, 13:00, 13:30, 14:30
    assert counts == [1, 1, 2, 2, 3]


@pytest.mark.usefixtures("hourly")
def test_periods_missed_during_a_pause_come_once() -> None:
    with clock.travel(NOON):
        jobs.tick()
        clock.advance(timedelta(days=3, minutes=10))
        jobs.tick()
        jobs.tick()
    assert _hourly_jobs() == 2


def test_a_periodic_job_rests_where_nothing_is_to_be_done(caplog: pytest.LogCaptureFixture) -> None:
    def broken() -> bool:
        raise RuntimeError("question failed")

    idle = PeriodicJob("test.idle", timedelta(hours=1), work.look_around, needed=lambda: False)
    poison = PeriodicJob("test.poison", timedelta(hours=1), work.look_around, needed=broken)
    busy = PeriodicJob("test.busy", timedelta(hours=1), work.look_around, needed=lambda: True)
    with (
        periodic_jobs.temporarily(idle),
        periodic_jobs.temporarily(poison),
        periodic_jobs.temporarily(busy),
    ):
        jobs.tick()
    assert _hourly_jobs() == 1


def _tick(number: int) -> int:
    try:
        with clock.travel(NOON):
            return jobs.tick()
    finally:
        connection.close()


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("hourly")
def test_many_workers_enqueue_a_periodic_job_once() -> None:
    with ThreadPoolExecutor(max_workers=6) as threads:
        list(threads.map(_tick, range(18)))
    assert _hourly_jobs() == 1
