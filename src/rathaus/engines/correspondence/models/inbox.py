from __future__ import annotations

import uuid

from django.db import models
from django.utils.translation import gettext_lazy as _

from rathaus.kernel.public import clock


class InboxMessage(models.Model):
    """A message in a citizen's inbox (Postfach): a letter, or a short text without one."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    account = models.ForeignKey("identity.UserAccount", on_delete=models.PROTECT, related_name="+")
    subject = models.UUIDField(_("case"), null=True, blank=True, db_index=True)
    # Given by the caller so that the same message is not sent twice.
    key = models.CharField(max_length=120, unique=True, null=True, blank=True, editable=False)
    title = models.CharField(_("title"), max_length=300)
    summary = models.TextField(_("in plain words"), blank=True)
    body_html = models.TextField(_("text"))
    letter = models.OneToOneField(
        "correspondence.Letter", null=True, blank=True, on_delete=models.PROTECT, related_name="message"
    )
    document_id = models.UUIDField(_("document"), null=True, blank=True)
    created_at = models.DateTimeField(_("received at"), default=clock.now)
    read_at = models.DateTimeField(_("read at"), null=True, blank=True)
    hinted_at = models.DateTimeField(_("e-mail hint sent at"), null=True, blank=True)

    class Meta:
        verbose_name = _("message")
        verbose_name_plural = _("messages")
        ordering = ("-created_at",)
        indexes = (
            models.Index(fields=("account", "-created_at"), name="correspondence_inbox"),
            models.Index(
                fields=("account",), condition=models.Q(read_at=None), name="correspondence_inbox_unread"
            ),
        )

    def __str__(self) -> str:
        return self.title
