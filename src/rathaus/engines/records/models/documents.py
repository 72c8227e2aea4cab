from __future__ import annotations

import uuid
from typing import Any

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from rathaus.engines.records.enums import Direction
from rathaus.engines.records.errors import ImmutableVersion
from rathaus.engines.records.models.cases import Case
from rathaus.kernel.public import clock


class Document(models.Model):
    """Dokument: has a title and a place in the case; what it says is in its versions."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="documents")
    title = models.CharField(_("title"), max_length=250)
    kind = models.SlugField(_("kind"), max_length=60, db_index=False)
    direction = models.CharField(_("direction"), max_length=8, choices=Direction.choices)
    visible_to_applicant = models.BooleanField(_("visible to the applicant"), default=False)
    created_at = models.DateTimeField(_("filed at"), default=clock.now)

    class Meta:
        verbose_name = _("document")
        verbose_name_plural = _("documents")
        ordering = ("created_at", "id")

    def __str__(self) -> str:
        return self.title


class DocumentVersion(models.Model):
    """Fassung: once filed it never changes; a trigger refuses UPDATE as well."""

    document = models.ForeignKey(Document, on_delete=models.PROTECT, related_name="versions", db_index=False)
    number = models.PositiveSmallIntegerField(_("number"))
    blob = models.ForeignKey("kernel.Blob", on_delete=models.PROTECT, related_name="+")
    file_name = models.CharField(_("file name"), max_length=250)
    media_type = models.CharField(_("media type"), max_length=127)
    size = models.BigIntegerField(_("size"))
    # Text, not keys: a version also outlives the account.
    created_by = models.CharField(max_length=100)
    created_by_name = models.CharField(_("filed by"), max_length=250, blank=True)
    created_at = models.DateTimeField(_("filed at"), default=clock.now)

    class Meta:
        verbose_name = _("version of a document")
        verbose_name_plural = _("versions of documents")
        ordering = ("document", "number")
        constraints = [
            models.UniqueConstraint(fields=["document", "number"], name="records_version_number_once")
        ]

    def __str__(self) -> str:
        return f"{self.file_name} ({self.number})"

    def save(self, *args: Any, **kwargs: Any) -> None:
        if not self._state.adding:
            raise ImmutableVersion("a filed version never changes; file a new one")
        super().save(*args, **kwargs)


class FileNote(models.Model):
    """Aktenvermerk: what was said or found, kept in the case."""

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="notes")
    text = models.TextField(_("text"))
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    author_name = models.CharField(_("author"), max_length=250)
    created_at = models.DateTimeField(_("written at"), default=clock.now)

    class Meta:
        verbose_name = _("file note")
        verbose_name_plural = _("file notes")
        ordering = ("created_at", "id")

    def __str__(self) -> str:
        return self.text[:60]
