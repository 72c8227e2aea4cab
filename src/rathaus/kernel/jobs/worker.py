"""The worker's loop: claims, runs, keeps its lease alive, and leaves in good order on SIGTERM."""

from __future__ import annotations

import logging
import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

from django.db import Error as DatabaseError
from django.db import connections

from . import queue
from .dispatch import WorkerOptions
from .execution import run, worker_name
from .housekeeping import Housekeeper
from .pulse import Pulse
from .stopping import Stopping

logger = logging.getLogger(__name__)

MAX_SECONDS = 900
WAIT_AFTER_FAULT = 2.0


class JobTimedOut(Exception):
    """The job ran for longer than any job may."""


class Worker:
    """Runs one job at a time; start several processes for more."""

    def __init__(
        self, *, poll_seconds: float = 0.5, max_seconds: int = MAX_SECONDS, queues: tuple[str, ...] = ()
    ) -> None:
        self.name = worker_name()
        self._options = WorkerOptions(poll_seconds=poll_seconds, max_seconds=max_seconds, queues=queues)
        self._stopping = Stopping()
        self._housekeeper = Housekeeper()

    def stop(self) -> None:
        """Finish the current job, then leave."""
        self._stopping.set()

    def run(self) -> None:
        """Work until stopped."""
        logger.info("worker_started name=%s", self.name)
        try:
            with Pulse() as pulse:
                while not self._stopping.is_set():
                    if not self._turn(pulse):
                        self._stopping.wait(self._options.poll_seconds)
        finally:
            connections.close_all()
        logger.info("worker_stopped name=%s", self.name)

    def _turn(self, pulse: Pulse) -> bool:
        """One look at the queue; True where a job was run."""
        try:
            self._housekeeper.turn()
            if not queue.due(self._options.queues).exists():
                return False
            job = queue.claim(self.name, self._options.queues)
            if job is None:
                return False
            with pulse.holding(job), _at_most(self._options.max_seconds):
                run(job)
            return True
        except (DatabaseError, JobTimedOut):
            # The database is away or busy, or the alarm rang while the outcome was being noted: the lease
            # covers the job, so wait and look again.
            logger.exception("worker_turn_failed name=%s", self.name)
            connections.close_all()
            self._stopping.wait(WAIT_AFTER_FAULT)
            return False


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
