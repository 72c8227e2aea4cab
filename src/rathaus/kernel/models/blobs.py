from __future__ import annotations

from django.db import models
from django.db.models.functions import Now

from .. import clock


class Blob(models.Model):
    """Content on disk, encrypted, named by the SHA-256 of its plain bytes."""

    sha256 = models.CharField(max_length=64, primary_key=True)
    size = models.BigIntegerField()
    media_type = models.CharField(max_length=127)
    created_at = models.DateTimeField(default=clock.now, editable=False)
    # When the content was last handed in (wall clock): what is fresh may be about to be referred to.
    touched_at = models.DateTimeField(default=clock.wall, db_default=Now(), editable=False)

    def __str__(self) -> str:
        return f"{self.sha256[:12]} ({self.media_type}, {self.size} bytes)"
