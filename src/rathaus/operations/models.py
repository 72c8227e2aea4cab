from __future__ import annotations

from django.db import models


class Maintenance(models.Model):
    """Maintenance mode: one row, read by all processes. ``text`` and ``until`` are what people are told."""

    id = models.SmallIntegerField(primary_key=True, default=1)
    is_on = models.BooleanField(default=False, db_default=False)
    is_desk_closed = models.BooleanField(default=False, db_default=False)
    text = models.CharField(max_length=500, blank=True, db_default="")
    until = models.DateTimeField(null=True)
    since = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return "on" if self.is_on else "off"
