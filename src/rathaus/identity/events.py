from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from rathaus.kernel.public import events


@dataclass(frozen=True)
class ExportRequested(events.Event):
    """Somebody wants to have everything that their account holds."""

    export_id: UUID
