"""Jobs under bad luck: killed at the worst moment, overtaken by another worker, a clock that leaps."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.core import mail as outbox
from django.db import transaction

from rathaus.kernel.jobs import housekeeping, queue
from rathaus.kernel.jobs.execution import run
from rathaus.kernel.jobs.periodic import PeriodicJob, periodic_jobs
from rathaus.kernel.models import Counter, Job, JobState, PeriodicSchedule
from rathaus.kernel.public import clock, jobs, mail
from tests.kernel import work

pytestmark = pytest.mark.django_db
NOON = datetime(2026, 12, 1, 12, tzinfo=UTC)


@pytest.fixture(autouse=True)
def done() -> Iterator[list[Any]]:
    work.done.clear()
    yield work.done
    work.done.clear()


def test_the_effect_and_the_end_of_a_job_are_one_transaction() -> None:
    work.count_once.enqueue("a")
    assert jobs.run_pending(raise_errors=True) == 1
    assert (Counter.objects.get().value, Job.objects.get().state) == (1, JobState.DONE)


def test_what_fails_after_the_effect_leaves_nothing_and_runs_again() -> None:
    work.count_once.enqueue("a", fail_inside=True)
    jobs.run_pending()
    assert not Counter.objects.exists()
    assert (Job.objects.get().state, Job.objects.get().attempts) == (JobState.READY, 1)


def test_a_worker_that_was_overtaken_commits_nothing() -> None:
    work.count_once.enqueue("a")
    slow = queue.claim("slow")
    assert slow is not None
    Job.objects.update(lease_until=clock.wall() - timedelta(seconds=1))
    queue.recover_abandoned()
    assert jobs.run_pending() == 1
    error = run(slow)
    assert isinstance(error, jobs.LeaseLost)
    assert Counter.objects.get().value == 1
    assert (Job.objects.get().state, Job.objects.get().attempts) == (JobState.DONE, 2)


@pytest.mark.django_db(transaction=True)
def test_settling_needs_a_transaction_and_outside_of_jobs_does_nothing() -> None:
    jobs.settle()
    work.settle_without_transaction.enqueue()
    jobs.run_pending()
    assert "settle() needs a transaction" in Job.objects.get().last_error


def test_workers_of_one_queue_leave_the_others_alone(done: list[Any]) -> None:
    work.remember.using(queue_name="letters").enqueue("letter")
    work.remember.enqueue("other")
    assert [job.queue for job in queue.due(["letters"])] == ["letters"]
    assert queue.claim("w", ["letters"]) is not None
    assert queue.claim("w", ["letters"]) is None


def test_all_that_was_given_up_runs_once_more_in_order() -> None:
    for number in range(3):
        work.remember.enqueue(number)
    work.hurry.enqueue("x")
    Job.objects.update(state=JobState.DEAD, attempts=10)
    assert jobs.retry_all("staff:1", work.remember.module_path) == 3
    assert jobs.state_counts() == {"ready": 3, "running": 0, "done": 0, "dead": 1}


def test_a_clock_set_back_does_not_make_jobs_wait_until_then(done: list[Any]) -> None:
    with clock.travel(NOON + timedelta(hours=5)):
        work.remember.enqueue("now")
        work.remember.using(run_after=clock.now() + timedelta(hours=1)).enqueue("in an hour")
        work.fail.enqueue("again")
        jobs.run_pending(limit=None)
    done.clear()
    Job.objects.filter(state=JobState.DONE).update(state=JobState.READY, attempts=0)
    with clock.travel(NOON):
        assert jobs.run_pending() == 0
        assert queue.bring_forward() == 3
        assert queue.bring_forward() == 0
        jobs.run_pending()
        assert done == ["now"]
        clock.advance(timedelta(seconds=15))
        jobs.run_pending()
        assert done == ["now", "again"]
        clock.advance(timedelta(hours=1))
        jobs.run_pending()
    assert "in an hour" in done


def test_a_lease_from_before_the_clock_was_set_back_is_no_lease() -> None:
    work.remember.enqueue(1)
    assert queue.claim("killed") is not None
    Job.objects.update(lease_until=clock.wall() + timedelta(hours=3))
    assert queue.recover_abandoned() == 1
    assert Job.objects.get().state == JobState.READY


def test_after_a_leap_of_the_clock_nobody_takes_what_others_hold(monkeypatch: pytest.MonkeyPatch) -> None:
    wall, ran = [NOON], [1000.0]
    monkeypatch.setattr(clock, "wall", lambda: wall[0])
    monkeypatch.setattr(housekeeping.time, "monotonic", lambda: ran[0])
    watch = housekeeping.ClockWatch()

    def later(seconds: float, leap: timedelta = timedelta(0)) -> bool:
        wall[0] += timedelta(seconds=seconds) + leap
        ran[0] += seconds
        return watch.is_steady()

    assert later(60)
    assert not later(1, timedelta(hours=3))
    assert [later(15), later(16)] == [False, True]
    assert not later(1, timedelta(hours=-5))
    assert later(31)


@pytest.mark.parametrize("leap", [timedelta(hours=-5), timedelta(days=-400), timedelta(hours=7)])
def test_periodic_jobs_go_on_after_any_leap_of_the_clock(leap: timedelta) -> None:
    job = PeriodicJob("test.seal", timedelta(minutes=1), work.look_around)
    mine = Job.objects.filter(task=work.look_around.module_path)
    with periodic_jobs.temporarily(job):
        with clock.travel(NOON):
            jobs.tick()
        with clock.travel(NOON + leap):
            jobs.tick()
            jobs.tick()
            assert mine.count() == 2
            clock.advance(timedelta(minutes=1))
            jobs.tick()
        assert mine.count() == 3
        assert PeriodicSchedule.objects.get(name="test.seal").next_at > NOON + leap


def test_when_periodic_jobs_ran_and_run_next() -> None:
    job = PeriodicJob("test.seal", timedelta(minutes=1), work.look_around)
    with periodic_jobs.temporarily(job), clock.travel(NOON):
        assert {r.last_at for r in jobs.rhythms() if r.name == "test.seal"} == {None}
        jobs.tick()
        jobs.run_pending()
        (rhythm,) = (r for r in jobs.rhythms() if r.name == "test.seal")
    assert rhythm.last_at is not None
    assert rhythm.next_at == NOON + timedelta(minutes=1)


def test_a_mail_is_part_of_the_transaction_and_sent_again_under_the_same_id(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with pytest.raises(RuntimeError), transaction.atomic():
        mail.post("Nein", "", ["a@example.org"])
        raise RuntimeError
    mail.post("Ja", "Text", ["a@example.org"])
    job = queue.claim("killed after sending")
    assert job is not None
    monkeypatch.setattr(queue, "finish", lambda *args: False)
    run(job)
    monkeypatch.undo()
    Job.objects.update(lease_until=clock.wall() - timedelta(seconds=1))
    queue.recover_abandoned()
    jobs.run_pending(raise_errors=True)
    assert [message.subject for message in outbox.outbox] == ["Ja", "Ja"]
    assert len({message.extra_headers["Message-ID"] for message in outbox.outbox}) == 1
