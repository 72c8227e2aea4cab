"""Work in the background."""

from __future__ import annotations

from rathaus.casework.services import protection
from rathaus.kernel.public import jobs


@jobs.task
def keep_blocks() -> None:
    """End information blocks that have run out, and tell of those that end soon."""
    protection.keep_blocks()
