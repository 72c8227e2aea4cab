from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models


class Inquiry(models.Model):
    """Rückfrage: a question of the office to the applicant, and the answer."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    case = models.ForeignKey("records.Case", on_delete=models.PROTECT, related_name="inquiries")
    text = models.TextField()
    wants_documents = models.BooleanField(default=False)
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", null=True
    )
    asked_at = models.DateTimeField()
    due_on = models.DateField()
    sent_at = models.DateTimeField(null=True, blank=True)
    answer = models.TextField(blank=True)
    answered_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["asked_at"]
        indexes = [models.Index(fields=["case", "answered_at"])]

    def __str__(self) -> str:
        return str(self.id)

    @property
    def is_open(self) -> bool:
        return self.answered_at is None
