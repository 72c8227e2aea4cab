"""How the engine hands work to jobs, whose tasks live above it (`tasks.py` registers them)."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from datetime import datetime
from typing import Any, Protocol

from ..ports import Port


class Later(Protocol):
    def perform(self, token_id: uuid.UUID, visit: str, after: datetime | None) -> None:
        """Have the action of this token done by a job, not before `after`."""
        ...

    def deliver(self, name: str, subject: uuid.UUID, payload: Mapping[str, Any]) -> None:
        """Have a message that a process or an action sent delivered once this transaction is committed."""
        ...


later: Port[Later] = Port("later")


def the_jobs() -> Later:
    found = later.find()
    if found is None:
        raise RuntimeError("rathaus.engines.processes.tasks was never imported")
    return found
