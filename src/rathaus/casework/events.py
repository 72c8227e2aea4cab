from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from rathaus.kernel.public import events


@dataclass(frozen=True)
class CoSignatureRequested(events.Event):
    """Somebody was asked to co-sign a case."""

    co_signature_id: UUID
    case_id: UUID


@dataclass(frozen=True)
class CoSignatureGiven(events.Event):
    """A co-signature was given or declined (``state``)."""

    co_signature_id: UUID
    case_id: UUID
    state: str
