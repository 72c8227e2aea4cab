from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from rathaus.kernel.public import events


@dataclass(frozen=True, kw_only=True)
class ServiceInstalled(events.Event):
    """A version of a service was installed and applies to new applications."""

    slug: str
    service_version_id: UUID
