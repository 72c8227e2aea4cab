from __future__ import annotations

import uuid

from django.db import models


class ProcessDefinition(models.Model):
    """A process by its key (the id in the BPMN file), in all its versions."""

    key = models.CharField(max_length=200, unique=True)

    def __str__(self) -> str:
        return self.key


class ProcessVersion(models.Model):
    """A deployed process: the drawing, its compiled form and its decisions, never changed again."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    definition = models.ForeignKey(ProcessDefinition, on_delete=models.PROTECT, related_name="versions")
    number = models.PositiveIntegerField()
    name = models.CharField(max_length=300, blank=True)
    xml = models.BinaryField()
    model = models.JSONField()
    # {"name": "DMN XML"}
    decisions = models.JSONField(default=dict)
    digest = models.CharField(max_length=64)
    deployed_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["definition", "number"], name="processes_version_number"),
        ]

    def __str__(self) -> str:
        return f"{self.name} ({self.number})"
