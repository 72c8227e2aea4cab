"""Where sessions lie (`SESSION_ENGINE`), and how long they last.

A guest's session lasts `SESSION_COOKIE_AGE` from its last change. That of a person signed in ends after
`SESSION_IDLE_SECONDS` without a request and in any case `SESSION_COOKIE_AGE` after the sign-in. The wall clock counts,
as for leases: who plays through a case in made-up time stays signed in.
"""

from __future__ import annotations

import uuid
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore as DatabaseStore

from rathaus.identity.models.sessions import UserSession
from rathaus.kernel.public import clock

STARTED, DEVICE = "identity_started_at", "identity_device"
TOUCH_AFTER = timedelta(minutes=5)
"""A session in use notes it at most so often: reading pages stays reading."""


class SessionStore(DatabaseStore):
    seen_at: datetime | None = None

    @classmethod
    def get_model_class(cls) -> type[UserSession]:
        return UserSession

    def load(self) -> dict[str, Any]:
        """What the session holds; nothing once its time is over, or if the cookie holds no key of ours."""
        key = self.session_key or ""
        if not (key.isascii() and key.isalnum()):
            self._session_key = None
            return {}
        rows = UserSession.objects.filter(session_key=self.session_key, expire_date__gt=clock.wall())
        row = rows.first()
        if row is None:
            self._session_key = None
            return {}
        self.seen_at = row.seen_at
        data: dict[str, Any] = self.decode(row.session_data)
        return data

    def create_model_instance(self, data: dict[str, Any]) -> UserSession:
        self.seen_at = clock.wall()
        return UserSession(
            session_key=self._get_or_create_session_key(),  # type: ignore[attr-defined]  # of SessionBase
            session_data=self.encode(data),
            expire_date=_end(data),
            account_id=_account(data),
            started_at=_started(data),
            seen_at=self.seen_at,
            device=data.get(DEVICE, ""),
        )

    def touch(self) -> None:
        """Note that a session is in use: only its times, as another request may be changing its contents."""
        if self.seen_at is None or clock.wall() - self.seen_at < TOUCH_AFTER or SESSION_KEY not in self:
            return
        self.seen_at = clock.wall()
        mine = UserSession.objects.filter(session_key=self.session_key)
        mine.update(seen_at=self.seen_at, expire_date=_end(dict(self.items())))

    @classmethod
    def clear_expired(cls) -> None:
        UserSession.objects.filter(expire_date__lte=clock.wall()).delete()


def _account(data: dict[str, Any]) -> uuid.UUID | None:
    return uuid.UUID(data[SESSION_KEY]) if data.get(SESSION_KEY) else None


def _started(data: dict[str, Any]) -> datetime | None:
    """When the person signed in; a session that does not tell counts from now."""
    if SESSION_KEY not in data:
        return None
    return datetime.fromisoformat(data[STARTED]) if data.get(STARTED) else clock.wall()


def _end(data: dict[str, Any]) -> datetime:
    longest, started = timedelta(seconds=settings.SESSION_COOKIE_AGE), _started(data)
    if started is None:
        return clock.wall() + longest
    return min(clock.wall() + timedelta(seconds=settings.SESSION_IDLE_SECONDS), started + longest)
