from __future__ import annotations

import uuid

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from rathaus.kernel.public import clock

from ..enums import PrintState


class PrintBatch(models.Model):
    """Letters that the mailroom prints and posts together; its PDF begins with a cover list."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    number = models.CharField(_("number"), max_length=40, unique=True)
    letters = models.PositiveIntegerField(_("number of letters"), default=0)
    created_at = models.DateTimeField(_("made at"), default=clock.now)
    created_by = models.ForeignKey(
        "identity.UserAccount",
        null=True,
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("made by"),
    )
    pdf = models.ForeignKey("kernel.Blob", null=True, on_delete=models.PROTECT, related_name="+")
    posted_on = models.DateField(_("posted on"), null=True, blank=True)

    class Meta:
        verbose_name = _("print batch")
        verbose_name_plural = _("print batches")
        ordering = ("-created_at",)

    def __str__(self) -> str:
        return self.number


class PrintItem(models.Model):
    """One letter that goes out on paper."""

    letter = models.OneToOneField(
        "correspondence.Letter", on_delete=models.PROTECT, related_name="print_item"
    )
    batch = models.ForeignKey(PrintBatch, null=True, on_delete=models.PROTECT, related_name="items")
    state = models.CharField(_("state"), max_length=12, choices=PrintState.choices, default=PrintState.OPEN)
    created_at = models.DateTimeField(_("waiting since"), default=clock.now)

    class Meta:
        verbose_name = _("letter to print")
        verbose_name_plural = _("letters to print")
        ordering = ("created_at", "id")
        indexes = (
            models.Index(fields=("created_at",), condition=Q(state="open"), name="correspondence_print_open"),
        )
        constraints = (
            models.CheckConstraint(
                condition=Q(state="open", batch=None) | (~Q(state="open") & Q(batch__isnull=False)),
                name="correspondence_print_batched",
            ),
        )

    def __str__(self) -> str:
        return f"{self.letter_id} ({self.state})"
