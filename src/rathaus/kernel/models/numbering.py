from __future__ import annotations

from django.db import models


class Counter(models.Model):
    """The last number drawn for one rendered prefix."""

    key = models.CharField(max_length=200, primary_key=True)
    value = models.BigIntegerField()

    def __str__(self) -> str:
        return f"{self.key} = {self.value}"
