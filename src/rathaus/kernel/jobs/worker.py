"""The worker's loop: claims, runs, keeps its lease alive, and leaves in good order on SIGTERM."""

from __future__ import annotations

import logging
import signal
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

from django.db import Error as DatabaseError
from django.db import connections

from ..models import Job
from . import queue
from .execution import run, worker_name
from .periodic import tick

logger = logging.getLogger(__name__)

MAX_SECONDS = 900
HOUSEKEEPING_SECONDS = 1.0


class JobTimedOut(Exception):
    """The job ran for longer than any job may."""


class Worker:
    """Runs one job at a time; start several processes for more."""

    def __init__(self, *, poll_seconds: float = 0.5, max_seconds: int = MAX_SECONDS) -> None:
        self.name = worker_name()
        self._poll_seconds = poll_seconds
        self._max_seconds = max_seconds
        self._stopping = threading.Event()
        self._current: Job | None = None
        self._housekept = 0.0

    def stop(self) -> None:
        """Finish the current job, then leave."""
        self._stopping.set()

    def run(self) -> None:
        """Work until stopped."""
        logger.info("worker_started name=%s", self.name)
        pulse = threading.Thread(target=self._keep_leases, name="rathaus-lease", daemon=True)
        pulse.start()
        while not self._stopping.is_set():
            if not self._turn():
                self._stopping.wait(self._poll_seconds)
        pulse.join()
        connections.close_all()
        logger.info("worker_stopped name=%s", self.name)

    def _turn(self) -> bool:
        """One look at the queue; True where a job was run."""
        try:
            self._keep_house()
            if not queue.due().exists():
                return False
            job = queue.claim(self.name)
            if job is None:
                return False
            self._current = job
            try:
                with _at_most(self._max_seconds):
                    run(job)
            finally:
                self._current = None
            return True
        except (DatabaseError, JobTimedOut):
            # The database is away or busy, or the alarm rang while the outcome was being noted: the lease
            # covers the job, so wait and look again.
            logger.exception("worker_turn_failed name=%s", self.name)
            connections.close_all()
            return False

    def _keep_house(self) -> None:
        if time.monotonic() - self._housekept >= HOUSEKEEPING_SECONDS:
            self._housekept = time.monotonic()
            queue.recover_abandoned()
            tick()

    def _keep_leases(self) -> None:
        """In a thread of its own, so that a long job keeps its lease as long as this process lives."""
        while not self._stopping.is_set() or self._current is not None:
            self._stopping.wait(queue.LEASE.total_seconds() / 4)
            job = self._current
            if job is None:
                continue
            try:
                queue.renew(job)
            except DatabaseError:
                logger.exception("worker_lease_error name=%s", self.name)
                connections.close_all()
            if self._stopping.is_set():
                time.sleep(0.2)
        connections.close_all()


@contextmanager
def _at_most(seconds: int) -> Iterator[None]:
    """Break off what takes too long, by the alarm signal; only the main thread can."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return

    def ring(signum: int, frame: FrameType | None) -> None:
        raise JobTimedOut(f"the job ran for more than {seconds} seconds")

    before = signal.signal(signal.SIGALRM, ring)
    signal.alarm(seconds)
    try:
        yield
    finally:
        signal.alarm(0)
        signal.signal(signal.SIGALRM, before)
