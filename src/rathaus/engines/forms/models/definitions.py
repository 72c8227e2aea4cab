from __future__ import annotations

import uuid

from django.db import models

from rathaus.kernel.public import clock


class FormDefinition(models.Model):
    """A form by its key; what it asks stands in its versions."""

    key = models.SlugField(max_length=200, unique=True)

    def __str__(self) -> str:
        return self.key


class FormVersion(models.Model):
    """A published definition. Never changed: drafts and submissions stay with theirs."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    definition = models.ForeignKey(FormDefinition, on_delete=models.PROTECT, related_name="versions")
    number = models.PositiveIntegerField()
    content = models.JSONField()
    digest = models.CharField(max_length=64)
    published_at = models.DateTimeField(default=clock.now, editable=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["definition", "number"], name="forms_version_number"),
            models.UniqueConstraint(fields=["definition", "digest"], name="forms_version_digest"),
        ]

    def __str__(self) -> str:
        return f"{self.definition_id}/{self.number}"
