"""The worker as a process of its own: killed, told to stop, two at once."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from django.conf import settings
from django.db import connection
from django.db.models import QuerySet

from rathaus.kernel.jobs import queue
from rathaus.kernel.jobs.worker import Worker
from rathaus.kernel.models import Job, JobState
from rathaus.kernel.public import clock, jobs
from tests.kernel import work

pytestmark = pytest.mark.django_db(transaction=True)
ROOT = Path(__file__).parents[2]
START = "import sys; from django.core.management import execute_from_command_line as run; run(sys.argv)"


def _database_url() -> str:
    known = connection.settings_dict
    if connection.vendor == "sqlite":
        return f"sqlite://{known['NAME']}"
    login = f"{quote(known['USER'])}:{quote(known['PASSWORD'])}".removesuffix(":")
    port = f":{known['PORT']}" if known["PORT"] else ""
    host = known["HOST"]
    if host.startswith("/"):
        return f"postgres://{login}@{port}/{known['NAME']}?host={host}"
    return f"postgres://{login}@{host}{port}/{known['NAME']}"


@pytest.fixture
def start_worker() -> Iterator[Callable[..., subprocess.Popen[bytes]]]:
    started: list[subprocess.Popen[bytes]] = []
    environment = os.environ | {
        "RATHAUS_DATABASE_URL": _database_url(),
        "PYTHONPATH": os.pathsep.join([str(ROOT), str(ROOT / "src"), os.environ.get("PYTHONPATH", "")]),
    }

    def start(*options: str) -> subprocess.Popen[bytes]:
        command = [sys.executable, "-c", START, "worker", "--poll", "0.05", *options]
        process = subprocess.Popen(command, cwd=ROOT, env=environment, stderr=subprocess.PIPE)
        started.append(process)
        return process

    yield start
    for process in started:
        process.kill()
        process.communicate()


def _wait_for(condition: Callable[[], bool], seconds: float = 30) -> None:
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "waited in vain"
        time.sleep(0.05)


def _ours() -> QuerySet[Job]:
    """Without the periodic jobs that every worker enqueues."""
    return Job.objects.filter(task__startswith="tests.")


def _lines(path: Path) -> list[str]:
    return [line.split()[0] for line in path.read_text().splitlines()] if path.exists() else []


def test_a_job_runs_again_after_kill_nine(start_worker: Any, tmp_path: Path) -> None:
    path = tmp_path / "log"
    work.linger.enqueue(str(path), 60)
    first = start_worker()
    _wait_for(lambda: _lines(path) == ["began"])
    first.kill()
    first.wait()
    job = _ours().get()
    assert (job.state, job.attempts) == (JobState.RUNNING, 1)
    # Its lease runs out; this time the work is short.
    _ours().update(lease_until=clock.wall() - timedelta(seconds=1), payload=job.payload.replace("60", "0.01"))
    start_worker()
    _wait_for(lambda: _ours().get().state == JobState.DONE)
    assert _lines(path) == ["began", "began", "ended"]
    assert _ours().get().attempts == 2


def test_on_sigterm_the_current_job_is_finished_and_no_other_begun(start_worker: Any, tmp_path: Path) -> None:
    path = tmp_path / "log"
    work.linger.enqueue(str(path), 1.5)
    work.write.enqueue(str(path), "next")
    worker = start_worker("--concurrency", "1")
    _wait_for(lambda: _lines(path) == ["began"])
    worker.send_signal(signal.SIGTERM)
    assert worker.wait(timeout=20) == 0
    assert _lines(path) == ["began", "ended"]
    assert list(_ours().order_by("id").values_list("state", flat=True)) == [JobState.DONE, JobState.READY]


def test_an_idle_worker_leaves_at_once(start_worker: Any, tmp_path: Path) -> None:
    path = tmp_path / "log"
    work.write.enqueue(str(path), "alive")
    worker = start_worker()
    _wait_for(lambda: _lines(path) == ["alive"])
    told = time.monotonic()
    worker.send_signal(signal.SIGTERM)
    assert worker.wait(timeout=20) == 0
    assert time.monotonic() - told < 5


def test_two_workers_run_each_job_once(start_worker: Any, tmp_path: Path) -> None:
    path = tmp_path / "log"
    for number in range(60):
        work.write.enqueue(str(path), f"job{number}")
    start_worker()
    start_worker()
    _wait_for(
        lambda: not Job.objects.exclude(state=JobState.DONE).filter(task=work.write.module_path).exists()
    )
    assert sorted(_lines(path)) == sorted(f"job{number}" for number in range(60))


@pytest.mark.skipif(settings.JOBS != "database", reason="in threads: tests/adapters/procrastinate")
def test_a_job_that_never_ends_is_broken_off(start_worker: Any, tmp_path: Path) -> None:
    path = tmp_path / "log"
    work.linger.enqueue(str(path), 120)
    work.write.enqueue(str(path), "next")
    start_worker("--max-seconds", "1")
    _wait_for(lambda: "next" in _lines(path))
    job = _ours().order_by("id")[0]
    assert (job.state, job.attempts) == (JobState.READY, 1)
    assert "JobTimedOut: the job ran for more than 1 seconds" in job.last_error


def test_a_long_job_keeps_its_lease(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(queue, "LEASE", timedelta(seconds=1))
    path = tmp_path / "log"
    work.linger.enqueue(str(path), 2.5)
    worker = Worker(poll_seconds=0.05)
    thread = threading.Thread(target=worker.run)
    thread.start()
    _wait_for(lambda: _lines(path) == ["began"])
    while _lines(path) == ["began"]:
        assert queue.recover_abandoned() == 0
        time.sleep(0.1)
    worker.stop()
    thread.join(timeout=20)
    job = Job.objects.get(task=work.linger.module_path)
    assert (job.state, job.attempts) == (JobState.DONE, 1)


def test_a_signal_in_the_middle_of_waiting_stops_the_worker() -> None:
    """The handler interrupts the very wait that it ends, time and again; no lock may stand between the two."""
    for _ in range(200):
        _assert_an_alarm_ends_the_wait(jobs.Stopping())


def _assert_an_alarm_ends_the_wait(stopping: jobs.Stopping) -> None:
    before = signal.signal(signal.SIGALRM, lambda *_: stopping.set())
    try:
        signal.setitimer(signal.ITIMER_REAL, 0.0005)
        while not stopping.wait(0.00001):
            pass
    finally:
        signal.signal(signal.SIGALRM, before)
    assert stopping.is_set()
