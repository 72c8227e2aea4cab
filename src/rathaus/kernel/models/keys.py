from __future__ import annotations

from django.db import models


class KeptKey(models.Model):
    """A key that outlives an exchange of the master key, wrapped by it (AES-GCM, nonce in front, in hex)."""

    purpose = models.CharField(max_length=60, primary_key=True)
    fingerprint = models.CharField(max_length=16)
    wrapped = models.CharField(max_length=200)

    def __str__(self) -> str:
        return f"{self.purpose} ({self.fingerprint})"
