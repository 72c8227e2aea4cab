from __future__ import annotations

from django.db import models

from rathaus.kernel.public import clock

from ..enums import UploadStatus


class FileScan(models.Model):
    """What the virus scan says of a content that came from outside; what the town made itself has no row.

    No foreign key: it says something about bytes, and keeps none of them.
    """

    sha256 = models.CharField(max_length=64, primary_key=True)
    state = models.CharField(max_length=10, choices=UploadStatus)
    note = models.CharField(max_length=200, blank=True)
    attempts = models.PositiveIntegerField(default=0)
    changed_at = models.DateTimeField(default=clock.now)
    # When to ask the scanner (again), while it has not said anything.
    next_at = models.DateTimeField(default=clock.now)

    class Meta:
        indexes = [
            models.Index(
                fields=["next_at"],
                condition=models.Q(state__in=["pending", "unscanned"]),
                name="forms_scan_waiting",
            )
        ]

    def __str__(self) -> str:
        return f"{self.sha256[:12]} ({self.state})"
