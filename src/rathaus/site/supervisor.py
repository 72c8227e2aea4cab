"""Keeps the web server and the worker running together, and ends them in order."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from types import FrameType

GRACE_SECONDS = 40
POLL_SECONDS = 0.3
QUICK_DEATH_SECONDS = 30
MAX_QUICK_DEATHS = 5


def command_line(words: Sequence[str]) -> list[str]:
    """Return how to start ``rathaus WORDS…`` as a process of its own, with this Python."""
    return [sys.executable, "-c", "from rathaus.site.cli import entry; entry()", *words]


class Child:
    """One process that is started again when it dies, unless it dies at once again and again."""

    def __init__(self, words: Sequence[str]) -> None:
        self.words = words
        self.quick_deaths = 0
        self.start()

    def start(self) -> None:
        self.started_at = time.monotonic()
        self.process = subprocess.Popen(command_line(self.words), start_new_session=True)

    def revive(self) -> bool:
        """Start the process again if it has ended; return False when that is hopeless."""
        if self.process.poll() is None:
            return True
        quick = time.monotonic() - self.started_at < QUICK_DEATH_SECONDS
        self.quick_deaths = self.quick_deaths + 1 if quick else 0
        if self.quick_deaths >= MAX_QUICK_DEATHS:
            return False
        self.start()
        return True

    def stop(self) -> None:
        if self.process.poll() is None:
            self.process.terminate()

    def wait(self, seconds: float) -> None:
        try:
            self.process.wait(max(0.1, seconds))
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()


def supervise(commands: Sequence[Sequence[str]]) -> bool:
    """Run the commands until SIGTERM or SIGINT; return False when one of them could not be kept alive."""
    stopping = False

    def leave(signum: int, frame: FrameType | None) -> None:
        nonlocal stopping
        stopping = True

    signal.signal(signal.SIGTERM, leave)
    signal.signal(signal.SIGINT, leave)
    children = [Child(words) for words in commands]
    healthy = True
    while healthy and not stopping:
        time.sleep(POLL_SECONDS)
        healthy = stopping or all(child.revive() for child in children)
    for child in children:
        child.stop()
    deadline = time.monotonic() + GRACE_SECONDS
    for child in children:
        child.wait(deadline - time.monotonic())
    return healthy
