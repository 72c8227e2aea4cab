from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from rathaus.identity.enums import ExportState
from rathaus.kernel.public import clock


class DataExport(models.Model):
    """Auskunft und Datenübertragbarkeit (Art. 15, 20 GDPR): everything an account holds, as one ZIP for some days."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    account = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    state = models.CharField(
        _("state"), max_length=10, choices=ExportState.choices, default=ExportState.WAITING
    )
    requested_at = models.DateTimeField(_("asked for at"), default=clock.now)
    finished_at = models.DateTimeField(_("ready at"), null=True, blank=True)
    expires_on = models.DateField(_("kept until"), null=True, blank=True)
    blob = models.ForeignKey("kernel.Blob", null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    downloaded_at = models.DateTimeField(_("downloaded at"), null=True, blank=True)

    class Meta:
        verbose_name = _("data export")
        verbose_name_plural = _("data exports")
        ordering = ("-requested_at",)
        indexes = (models.Index(fields=("account", "-requested_at"), name="identity_export_account"),)

    def __str__(self) -> str:
        return f"{self.id} ({self.state})"


class CleanupSetting(models.Model):
    """For how many days something is kept, where the town has decided otherwise than the rule's own proposal."""

    rule = models.CharField(max_length=60, primary_key=True)
    days = models.PositiveIntegerField(_("days"))
    changed_at = models.DateTimeField(default=clock.now)
    changed_by_name = models.CharField(max_length=250, blank=True)

    def __str__(self) -> str:
        return f"{self.rule}: {self.days}"


class CleanupRun(models.Model):
    """The record of one rule carried out: how many were deleted, or why it failed. Names nobody."""

    rule = models.CharField(max_length=60)
    at = models.DateTimeField(default=clock.now)
    days = models.PositiveIntegerField(_("days"))
    count = models.PositiveIntegerField(_("deleted"), default=0)
    error = models.CharField(max_length=200, blank=True)

    class Meta:
        ordering = ("-at", "-id")
        indexes = (models.Index(fields=("rule", "-at"), name="identity_cleanup_run"),)

    def __str__(self) -> str:
        return f"{self.rule} {self.at:%Y-%m-%d}: {self.count}"
