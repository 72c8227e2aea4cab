from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from rathaus.kernel.public import events


@dataclass(frozen=True, kw_only=True)
class ApplicationReceived(events.Event):
    """An application is stored, filed and numbered."""

    application_id: UUID
    case_id: UUID


@dataclass(frozen=True, kw_only=True)
class InquirySent(events.Event):
    """The office asked the applicant something."""

    inquiry_id: UUID
    case_id: UUID


@dataclass(frozen=True, kw_only=True)
class ReplyReceived(events.Event):
    """The applicant answered the office: a question of a person (``inquiry_id``), or one of the process."""

    case_id: UUID
    inquiry_id: UUID | None


@dataclass(frozen=True, kw_only=True)
class DocumentsAdded(events.Event):
    """The applicant sent more documents to a running case."""

    case_id: UUID


@dataclass(frozen=True, kw_only=True)
class ApplicationWithdrawn(events.Event):
    """The applicant took the application back."""

    case_id: UUID
