from __future__ import annotations

from django.db import models


class AuditEntry(models.Model):
    """Who did what to what, and when. Append-only: triggers refuse UPDATE and DELETE.

    ``details`` holds JSON as text, since the seal covers the very bytes.
    """

    at = models.DateTimeField()
    actor = models.CharField(max_length=100)
    action = models.CharField(max_length=100)
    subject = models.CharField(max_length=150, blank=True)
    details = models.TextField(default="{}")
    # Who wrote it and as its how-manieth entry, with a MAC over all: proves the entry until it is sealed.
    stamp = models.CharField(max_length=100, default="", db_default="")

    class Meta:
        indexes = [
            models.Index(fields=["subject", "id"], name="kernel_audit_subject"),
            models.Index(fields=["actor", "id"], name="kernel_audit_actor"),
        ]

    def __str__(self) -> str:
        return f"{self.id} {self.action} {self.subject}"


class AuditSeal(models.Model):
    """One link of the chain: seals an entry and the seal before it. Append-only like the entries."""

    position = models.BigIntegerField(primary_key=True)
    # No foreign key: the seal outlives an entry that somebody deleted, and so proves that it was there.
    entry_id = models.BigIntegerField(unique=True)
    digest = models.CharField(max_length=64)
    sealed_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.position}: {self.digest[:12]}"


class AuditHead(models.Model):
    """The end of the chain: one row. Its lock lets in one sealer at a time."""

    id = models.SmallIntegerField(primary_key=True, default=1)
    position = models.BigIntegerField(default=0)
    digest = models.CharField(max_length=64, default="")
    highest_entry = models.BigIntegerField(default=0)

    def __str__(self) -> str:
        return f"{self.position}: {self.digest[:12]}"
