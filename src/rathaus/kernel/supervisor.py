"""Keeps services running: starts again what dies, ever more slowly but for ever, and ends everything in order.

SIGTERM and SIGINT end the services in order; SIGHUP lets each begin anew with the code and settings of now.
"""

from __future__ import annotations

import logging
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from types import FrameType

GRACE_SECONDS = 40
POLL_SECONDS = 0.3
STEADY_SECONDS = 30
LONGEST_PAUSE_SECONDS = 60
WRONG_USAGE = 2
logger = logging.getLogger(__name__)


def command_line(words: Sequence[str]) -> list[str]:
    """Return how to start ``rathaus WORDS…`` as a process of its own, with this Python."""
    return [sys.executable, "-c", "from rathaus.site.cli import entry; entry()", *words]


def pause_after(deaths: int) -> float:
    """Seconds to wait before the next start: 0, 1, 2, 4, … at most a minute. ``deaths``: quick ones in a row."""
    return 0 if deaths <= 1 else min(2.0 ** (deaths - 2), LONGEST_PAUSE_SECONDS)


class Child:
    """One process that is started again whenever it dies; after quick deaths with growing pauses."""

    def __init__(self, words: Sequence[str], *, renews_itself: bool = False) -> None:
        """``renews_itself``: on SIGHUP it begins anew by itself, as the web server does."""
        self.words = words
        self.quick_deaths = 0
        self._renews_itself = renews_itself
        self._start_after = 0.0
        self._has_been_steady = False
        self.start()

    def start(self) -> None:
        self.started_at = time.monotonic()
        self.process: subprocess.Popen[bytes] | None = subprocess.Popen(
            command_line(self.words), start_new_session=True
        )

    def revive(self) -> bool:
        """Start the process again if it has ended; False where it can never run: settings that nobody can use."""
        if self.process is None:
            if time.monotonic() >= self._start_after:
                self.start()
            return True
        code = self.process.poll()
        if code is None:
            self._has_been_steady |= self._is_steady()
            return True
        if code == WRONG_USAGE and not self._has_been_steady:
            return False
        self._died(code)
        return True

    def _is_steady(self) -> bool:
        return time.monotonic() - self.started_at >= STEADY_SECONDS

    def _died(self, code: int) -> None:
        self.quick_deaths = 1 if self._is_steady() else self.quick_deaths + 1
        pause = pause_after(self.quick_deaths)
        logger.error(
            "service_died service=%s code=%s deaths=%s next_start_in=%s",
            self.words[0], code, self.quick_deaths, pause,
        )  # fmt: skip
        self.process = None
        self._start_after = time.monotonic() + pause

    def renew(self) -> None:
        """Let it begin anew; what it is doing now it finishes before."""
        if self.process is None or self.process.poll() is not None:
            return
        if self._renews_itself:
            self.process.send_signal(signal.SIGHUP)
            return
        self.stop()
        self.wait(GRACE_SECONDS)
        self.start()

    def stop(self) -> None:
        if self.process is not None and self.process.poll() is None:
            self.process.terminate()

    def wait(self, seconds: float) -> None:
        if self.process is None:
            return
        try:
            self.process.wait(max(0.1, seconds))
        except subprocess.TimeoutExpired:
            logger.error("service_killed service=%s", self.words[0])
            self.process.kill()
            self.process.wait()


class Wishes:
    """What signals have asked for since one last looked."""

    def __init__(self) -> None:
        self.stop = False
        self.renew = False
        signal.signal(signal.SIGTERM, self._leave)
        signal.signal(signal.SIGINT, self._leave)
        signal.signal(signal.SIGHUP, self._begin_anew)

    def _leave(self, signum: int, frame: FrameType | None) -> None:
        self.stop = True

    def _begin_anew(self, signum: int, frame: FrameType | None) -> None:
        self.renew = True


def supervise(commands: Sequence[Sequence[str]], *, grace_seconds: float = GRACE_SECONDS) -> bool:
    """Run the commands until SIGTERM or SIGINT; return False when one of them can never be started."""
    wishes = Wishes()
    children = [Child(words, renews_itself=words[0] == "serve") for words in commands]
    usable = True
    while usable and not wishes.stop:
        time.sleep(POLL_SECONDS)
        if wishes.renew:
            wishes.renew = False
            for child in children:
                if not wishes.stop:
                    child.renew()
        usable = wishes.stop or all(child.revive() for child in children)
    for child in children:
        child.stop()
    deadline = time.monotonic() + grace_seconds
    for child in children:
        child.wait(deadline - time.monotonic())
    return usable
