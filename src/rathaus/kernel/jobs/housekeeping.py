"""What every worker does beside its jobs: give abandoned ones back, and see to those that return."""

from __future__ import annotations

import logging
import time
from datetime import timedelta

from .. import clock
from . import queue
from .periodic import tick

logger = logging.getLogger(__name__)

EVERY_SECONDS = 1.0
REPAIR_SECONDS = 60.0
TOLERANCE = timedelta(seconds=5)


class ClockWatch:
    """Notices when the clock of the wall leaps against the one that only runs.

    After a leap all leases look expired (or endless) until the living have renewed theirs; nobody takes a job
    from another before they had the time to.
    """

    def __init__(self) -> None:
        self._wall, self._ran = clock.wall(), time.monotonic()
        self._quiet_until = 0.0

    def is_steady(self) -> bool:
        wall, ran = clock.wall(), time.monotonic()
        leap = (wall - self._wall) - timedelta(seconds=ran - self._ran)
        self._wall, self._ran = wall, ran
        if abs(leap) > TOLERANCE:
            logger.warning("clock_leapt seconds=%d", leap.total_seconds())
            self._quiet_until = ran + queue.LEASE.total_seconds() / 2
        return ran >= self._quiet_until


class Housekeeper:
    """Call ``turn`` as often as you like; it does something once a second."""

    def __init__(self) -> None:
        self._watch = ClockWatch()
        self._turned = self._repaired = float("-inf")

    def turn(self) -> None:
        now = time.monotonic()
        if now - self._turned < EVERY_SECONDS:
            return
        self._turned = now
        if self._watch.is_steady():
            queue.recover_abandoned()
        if now - self._repaired >= REPAIR_SECONDS:
            self._repaired = now
            queue.bring_forward()
        tick()
