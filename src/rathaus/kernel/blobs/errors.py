from __future__ import annotations


class BlobError(Exception):
    """A stored content cannot be read; the message is German and for the operator."""

    def __init__(self, sha256: str, message: str) -> None:
        super().__init__(message)
        self.sha256 = sha256


class BlobMissing(BlobError):
    """There is a row, but no file."""


class BlobBroken(BlobError):
    """The file is damaged, was swapped, or belongs to another key."""


class BlobAway(BlobError):
    """The storage does not answer; what lies there may be all right."""
