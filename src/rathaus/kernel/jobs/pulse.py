"""The heartbeat: keeps the leases of the jobs at hand while this process lives, and not a moment longer."""

from __future__ import annotations

import logging
import threading
from collections.abc import Iterator
from contextlib import contextmanager

from django.db import Error as DatabaseError
from django.db import connections

from ..models import Job
from . import queue

logger = logging.getLogger(__name__)


class Pulse:
    """A thread of its own, so that a long job keeps its lease. ``with Pulse() as pulse, pulse.holding(job): …``"""

    def __init__(self) -> None:
        self._held: dict[int, Job] = {}
        self._lock = threading.Lock()
        self._ending = threading.Event()
        self._thread = threading.Thread(target=self._beat, name="rathaus-lease", daemon=True)

    def __enter__(self) -> Pulse:
        self._thread.start()
        return self

    def __exit__(self, *ignored: object) -> None:
        self._ending.set()
        self._thread.join()

    @contextmanager
    def holding(self, job: Job) -> Iterator[None]:
        """Prolong this job's lease until the end of the block."""
        with self._lock:
            self._held[job.id] = job
        try:
            yield
        finally:
            with self._lock:
                del self._held[job.id]

    def _beat(self) -> None:
        while not self._ending.wait(queue.LEASE.total_seconds() / 4):
            with self._lock:
                held = list(self._held.values())
            try:
                for job in held:
                    self._renew(job)
            except DatabaseError:
                logger.exception("worker_lease_error")
                connections.close_all()
        connections.close_all()

    def _renew(self, job: Job) -> None:
        if queue.renew(job):
            return
        with self._lock:
            still_at_it = job.id in self._held
        if still_at_it:
            # Another worker has taken over. What this one still commits is guarded by its own conditions.
            logger.warning("job_lease_lost id=%s task=%s attempt=%s", job.id, job.task, job.attempts)
