from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from rathaus.engines.records.models.cases import Case
from rathaus.kernel.public import clock


class TimelineEntry(models.Model):
    """One line of what happened in a case; its words come from the registry of timeline texts."""

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="timeline", db_index=False)
    at = models.DateTimeField(default=clock.now)
    kind = models.CharField(max_length=60)
    actor_name = models.CharField(max_length=250, blank=True)
    details = models.JSONField(default=dict, blank=True)
    visible_to_applicant = models.BooleanField(default=False)

    class Meta:
        verbose_name = _("timeline entry")
        verbose_name_plural = _("timeline entries")
        ordering = ("at", "id")
        indexes = [models.Index(fields=["case", "at", "id"], name="records_timeline_order")]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M} {self.kind}"
