from __future__ import annotations

from rathaus.engines.records.services.follow_ups import announce_due_follow_ups
from rathaus.kernel.public import jobs


@jobs.task
def announce_follow_ups() -> None:
    """Tell of the follow-ups whose day has come."""
    announce_due_follow_ups()
