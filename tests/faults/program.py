"""``rathaus`` with leases that run out within seconds, and a clock of the wall that a file sets forward or back.

Both stand for time that passes; nothing else differs from the program itself.
"""

from __future__ import annotations

import os
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import django

LEASE = "FAULTS_LEASE"
CLOCK = "FAULTS_CLOCK"


def entry() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "rathaus.site.settings")
    if CLOCK in os.environ:
        _set_clock(Path(os.environ[CLOCK]))
    django.setup()
    from rathaus.kernel.jobs import queue

    queue.LEASE = timedelta(seconds=float(os.environ.get(LEASE, "5")))
    from rathaus.site.cli import entry as program

    program()


def _set_clock(file: Path) -> None:
    """Everything that asks for the time of day gets it as many seconds off as the file says at that moment."""
    from django.utils import timezone

    real = time.time

    def moved() -> float:
        return real() + float(file.read_text() or 0)

    def now() -> datetime:
        return datetime.fromtimestamp(moved(), UTC)

    time.time = moved
    timezone.now = now
    from rathaus.kernel import clock

    clock.wall = lambda: now().astimezone(timezone.get_default_timezone())
