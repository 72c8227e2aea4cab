"""What happened to letters and messages."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from rathaus.kernel.public import events


@dataclass(frozen=True)
class LetterIssued(events.Event):
    letter_id: UUID
    subject: UUID
    kind: str
    title: str
    document_id: UUID | None


@dataclass(frozen=True)
class LetterPosted(events.Event):
    """A printed letter left the house; `notified_on` follows from the day of posting."""

    letter_id: UUID
    subject: UUID
    posted_on: date
    notified_on: date


@dataclass(frozen=True)
class MessageDelivered(events.Event):
    message_id: UUID
    account_id: UUID
    subject: UUID | None
    letter_id: UUID | None
