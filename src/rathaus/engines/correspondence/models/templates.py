from __future__ import annotations

import uuid

from django.db import models
from django.utils.translation import gettext_lazy as _

from rathaus.kernel.public import clock


class LetterTemplate(models.Model):
    """A letter that a service writes; `key` names service and letter, such as ``hund-anmelden/bescheid``."""

    key = models.CharField(_("key"), max_length=160, unique=True)

    class Meta:
        verbose_name = _("letter template")
        verbose_name_plural = _("letter templates")
        ordering = ("key",)

    def __str__(self) -> str:
        return self.key


class LetterTemplateVersion(models.Model):
    """One published text; it never changes, so that an old letter can be explained."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    template = models.ForeignKey(LetterTemplate, on_delete=models.PROTECT, related_name="versions")
    number = models.PositiveIntegerField(_("number"))
    source = models.TextField(_("text"))
    digest = models.CharField(max_length=64)
    published_at = models.DateTimeField(_("published at"), default=clock.now)

    class Meta:
        verbose_name = _("version of a letter template")
        verbose_name_plural = _("versions of letter templates")
        ordering = ("template_id", "number")
        constraints = (
            models.UniqueConstraint(fields=("template", "number"), name="correspondence_version_number"),
            models.UniqueConstraint(fields=("template", "digest"), name="correspondence_version_digest"),
        )

    def __str__(self) -> str:
        return f"{self.template_id} / {self.number}"
