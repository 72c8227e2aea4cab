from __future__ import annotations

from django.db import models


class CacheEntry(models.Model):
    """A short-lived value that all processes and machines of the town share, such as a count of attempts.

    The key is a hash: neither addresses nor names of people stand in the table.
    """

    key = models.CharField(max_length=64, primary_key=True)
    value = models.TextField()
    set_at = models.DateTimeField()
    expires_at = models.DateTimeField(db_index=True)

    def __str__(self) -> str:
        return f"{self.key[:12]} until {self.expires_at:%Y-%m-%d %H:%M:%S}"
