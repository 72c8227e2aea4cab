from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from rathaus.kernel.public import events


@dataclass(frozen=True)
class CaseOpened(events.Event):
    """A case was opened and has its reference."""

    case_id: UUID
    case_type: str


@dataclass(frozen=True)
class CaseAssigned(events.Event):
    """A case was given to a person, or taken from one (None)."""

    case_id: UUID
    assignee_id: UUID | None


@dataclass(frozen=True)
class CaseHandedOn(events.Event):
    """Another unit leads the case from now on; the rights went with it."""

    case_id: UUID
    from_unit_id: int
    unit_id: int
    access_set_id: int


@dataclass(frozen=True)
class CaseStateChanged(events.Event):
    """The case stands elsewhere than before."""

    case_id: UUID
    previous: str
    state: str


@dataclass(frozen=True)
class CaseClosed(events.Event):
    """The case is filed (z. d. A.); its retention period runs."""

    case_id: UUID


@dataclass(frozen=True)
class DocumentFiled(events.Event):
    """A document, or a new version of one, was filed."""

    case_id: UUID
    document_id: UUID
    number: int


@dataclass(frozen=True)
class FollowUpDue(events.Event):
    """The day of a follow-up (Wiedervorlage) has come."""

    case_id: UUID
    follow_up_id: int


@dataclass(frozen=True)
class DisposalConfirmed(events.Event):
    """The second person has confirmed a disposal list; it can be carried out."""

    list_id: UUID
