"""What the records refuse. The messages are for people and are translated."""

from __future__ import annotations

from uuid import UUID


class CaseNotFound(LookupError):
    """There is no such case, or the actor may not know of it: the two look the same."""

    def __init__(self, case_id: UUID | str) -> None:
        super().__init__(f"no case {case_id}")
        self.case_id = case_id


class DocumentNotFound(LookupError):
    """There is no such document or version, or the actor may not know of it."""


class FilePlanEntryUnknown(LookupError):
    """The file plan has no entry of this code."""


class TransitionRefused(ValueError):
    """A case in this state cannot take the other one."""


class NotAssignable(ValueError):
    """The person does not work for the town."""


class ImmutableVersion(TypeError):
    """Somebody tried to change a filed version of a document."""


class DisposalRefused(ValueError):
    """A step of retention or disposal is not possible; the text says why and what to do."""


class ProtectionRefused(ValueError):
    """A case cannot be protected, or a block not set, in this way; the text says what to do."""
