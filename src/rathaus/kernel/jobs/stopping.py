"""The wish to stop, expressed by a signal.

A ``threading.Event`` must not be set by a signal handler: the handler runs in the main thread, and where that is
just waiting for the same event, it holds the event's lock and waits for itself for ever.
"""

from __future__ import annotations

import time

SLICE_SECONDS = 0.25


class Stopping:
    """Any handler and any thread may set it; it takes no lock."""

    def __init__(self) -> None:
        self._is_wished = False

    def set(self) -> None:
        self._is_wished = True

    def is_set(self) -> bool:
        return self._is_wished

    def wait(self, seconds: float) -> bool:
        """Sleep for so long, or until a quarter of a second after the wish; returns whether there is one."""
        end = time.monotonic() + seconds
        while not self._is_wished and (left := end - time.monotonic()) > 0:
            time.sleep(min(left, SLICE_SECONDS))
        return self._is_wished
