"""What has happened with forms."""

from __future__ import annotations

import uuid
from dataclasses import dataclass

from rathaus.kernel.public import events


@dataclass(frozen=True)
class FileInfected(events.Event):
    """A content that lies here already was found to be infected; nobody can open it any more."""

    sha256: str


@dataclass(frozen=True)
class FormPublished(events.Event):
    form_version_id: uuid.UUID
    key: str
    number: int
