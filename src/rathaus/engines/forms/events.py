"""What has happened with forms."""

from __future__ import annotations

import uuid
from dataclasses import dataclass

from rathaus.kernel.public import events


@dataclass(frozen=True)
class FormPublished(events.Event):
    form_version_id: uuid.UUID
    key: str
    number: int
