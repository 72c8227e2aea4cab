from __future__ import annotations

import time

from rathaus.identity.models import Town

_KEEP_SECONDS = 30.0  # other worker processes see a change after this time at the latest
_kept: tuple[float, Town] | None = None


def town() -> Town:
    """The town, kept in memory of each process; an unsaved default while none is set up."""
    global _kept
    if _kept is None or time.monotonic() - _kept[0] > _KEEP_SECONDS:
        _kept = (time.monotonic(), Town.objects.first() or Town())
    return _kept[1]


def forget_town() -> None:
    """Read the town afresh the next time (after a change, and between tests)."""
    global _kept
    _kept = None
