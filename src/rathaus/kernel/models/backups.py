from __future__ import annotations

from django.db import models


class BackupRun(models.Model):
    """A backup: while one is under way no content is thrown away, and afterwards its age can be told."""

    name = models.CharField(max_length=60)
    started_at = models.DateTimeField(db_index=True)
    finished_at = models.DateTimeField(null=True)
    blobs = models.BigIntegerField(default=0)
    size = models.BigIntegerField(default=0)

    def __str__(self) -> str:
        return f"{self.name} ({self.started_at:%Y-%m-%d %H:%M})"
