"""Breaks off what takes too long. Jobs run in threads here, which no alarm signal reaches."""

from __future__ import annotations

import ctypes
import logging
import os
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

from rathaus.kernel.public import jobs

logger = logging.getLogger(__name__)

LAST_GRACE = 30.0
EXIT_CODE = 75


class Deadlines:
    """Whose thread has run how long. ``enforce`` is called again and again by another thread."""

    def __init__(self, seconds: int) -> None:
        self._seconds = seconds
        self._ends: dict[int, float] = {}
        self._lock = threading.Lock()

    @contextmanager
    def running(self) -> Iterator[None]:
        """The calling thread runs a job until the end of the block."""
        ident = threading.get_ident()
        with self._lock:
            self._ends[ident] = time.monotonic() + self._seconds
        try:
            yield
        finally:
            with self._lock:
                self._ends.pop(ident, None)

    def enforce(self) -> None:
        """Raise JobTimedOut in each thread that is late; end the process where one does not even hear that.

        Then the leases run out, other workers take the jobs, and the supervisor starts this process again.
        """
        moment = time.monotonic()
        with self._lock:
            late = [ident for ident, end in self._ends.items() if moment > end]
            for ident in late:
                ctypes.pythonapi.PyThreadState_SetAsyncExc(
                    ctypes.c_ulong(ident), ctypes.py_object(jobs.JobTimedOut)
                )
            stuck = any(moment > self._ends[ident] + LAST_GRACE for ident in late)
        if stuck:
            logger.critical("worker_stuck seconds=%d", self._seconds)
            os._exit(EXIT_CODE)
