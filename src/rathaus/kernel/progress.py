"""How far long work has come: a line on a terminal, nothing where nobody looks."""

from __future__ import annotations

import sys
import time
from typing import TextIO

__all__ = ["Progress"]

WIDTH = 30
SECONDS = 0.2


class Progress:
    """``Progress("Dokumente")(done, total)`` draws a bar over itself; ``silent`` for ``--json``."""

    def __init__(self, label: str, *, silent: bool = False, stream: TextIO | None = None) -> None:
        self._label = label
        self._stream = stream or sys.stderr
        self._is_shown = not silent and self._stream.isatty()
        self._drawn_at = 0.0

    def __call__(self, done: int, total: int) -> None:
        moment = time.monotonic()
        if not self._is_shown or (moment - self._drawn_at < SECONDS and done < total):
            return
        self._drawn_at = moment
        share = min(done / total, 1.0) if total else 1.0
        bar = "█" * int(share * WIDTH)
        self._stream.write(f"\r{self._label:<24} {bar:<{WIDTH}} {share:4.0%}")
        self._stream.flush()

    def end(self) -> None:
        """Leave the line."""
        if self._is_shown and self._drawn_at:
            self._stream.write("\n")
            self._stream.flush()
