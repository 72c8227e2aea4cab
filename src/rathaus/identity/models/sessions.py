from __future__ import annotations

from importlib import import_module

from django.conf import settings
from django.contrib.sessions.base_session import AbstractBaseSession
from django.db import models
from django.utils.translation import gettext_lazy as _

from rathaus.kernel.public import clock


class UserSession(AbstractBaseSession):
    """One browser's session. It knows its account, so that the owner can see and end it."""

    account = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.CASCADE, db_index=True, related_name="+"
    )
    started_at = models.DateTimeField(_("signed in at"), null=True)
    seen_at = models.DateTimeField(_("last used at"), default=clock.wall)
    # Browser and system in plain words, no address and no version: enough to recognize one's own devices.
    device = models.CharField(_("device"), max_length=60, blank=True)

    class Meta(AbstractBaseSession.Meta):
        verbose_name = _("session")  # type: ignore[assignment]  # Django's own is lazy as well
        verbose_name_plural = _("sessions")  # type: ignore[assignment]  # the same

    @classmethod
    def get_session_store_class(cls) -> type:
        store: type = import_module(settings.SESSION_ENGINE).SessionStore
        return store
