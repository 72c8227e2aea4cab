"""What clerks have typed and not yet finished."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models


class TaskDraft(models.Model):
    """What one person has entered in a task so far: form, reason, chosen outcome. Gone when the task is done."""

    task = models.ForeignKey("processes.UserTask", on_delete=models.CASCADE, related_name="+")
    account = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    draft = models.ForeignKey("forms.Draft", on_delete=models.SET_NULL, null=True, related_name="+")
    outcome = models.CharField(max_length=100, blank=True)
    reason = models.TextField(blank=True)
    updated_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["task", "account"], name="casework_one_draft_a_person")
        ]

    def __str__(self) -> str:
        return str(self.task_id)


class CounterEntry(models.Model):
    """An application that a clerk enters for somebody at the counter, on the phone, or from paper."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    service = models.ForeignKey("blueprints.Service", on_delete=models.CASCADE, related_name="+")
    channel = models.CharField(max_length=10)
    clerk = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    draft = models.ForeignKey("forms.Draft", on_delete=models.CASCADE, related_name="+")
    case = models.ForeignKey("records.Case", on_delete=models.PROTECT, null=True, related_name="+")
    created_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["clerk", "-created_at"], name="casework_entry_clerk")]

    def __str__(self) -> str:
        return str(self.id)
