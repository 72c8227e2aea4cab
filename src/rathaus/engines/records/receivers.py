"""What follows a confirmation. The handler runs as a job, and again after a failure."""

from __future__ import annotations

from rathaus.engines.records.events import DisposalConfirmed
from rathaus.engines.records.services.destruction import carry_out


def destroy(event: DisposalConfirmed) -> None:
    carry_out(event.list_id)
