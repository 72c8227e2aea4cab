from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime

from rathaus.identity.models import UserAccount, UserSession
from rathaus.kernel.public import clock


@dataclass(frozen=True, slots=True)
class OpenSession:
    """A browser in which an account is signed in; pages name it by its handle, never by its key."""

    session_key: str
    device: str
    started_at: datetime | None
    seen_at: datetime

    @property
    def handle(self) -> str:
        return hashlib.sha256(self.session_key.encode()).hexdigest()[:20]


def sessions_of(account: UserAccount) -> list[OpenSession]:
    """The sessions that have not ended, the latest in use first."""
    rows = UserSession.objects.filter(account=account, expire_date__gt=clock.wall()).order_by("-seen_at")
    return [OpenSession(row.session_key, row.device, row.started_at, row.seen_at) for row in rows]
