from __future__ import annotations

import re
import uuid
from html import unescape

from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.utils.html import strip_tags
from django.utils.translation import gettext_lazy as _

import feel
from rathaus.kernel.public import clock

from ..enums import DeliveryWay, LetterKind, LetterState

_BLOCK_END = re.compile(r"</(?:p|h\d|li|t[dh]|d[dt])>|<br>")
FEEL_KINDS = (
    feel.DateTime,
    feel.Duration,
    feel.FarDate,
    feel.Range,
    feel.Time,
    feel.YearsMonthsDuration,
)


class ContextEncoder(DjangoJSONEncoder):
    """FEEL's own kinds (durations, ranges) are kept as they are written."""

    def default(self, o: object) -> object:
        try:
            return super().default(o)
        except TypeError:
            return feel.to_json(o) if isinstance(o, FEEL_KINDS) else str(o)


class Letter(models.Model):
    """A letter as it was issued: never changed, only delivered."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    subject = models.UUIDField(_("case"), db_index=True)
    template_version = models.ForeignKey(
        "correspondence.LetterTemplateVersion", on_delete=models.PROTECT, related_name="letters"
    )
    # The name within its service, such as ``bescheid``, and the number that the letter itself bears.
    key = models.CharField(_("key"), max_length=80)
    reference = models.CharField(_("reference"), max_length=120, blank=True)
    kind = models.CharField(_("kind"), max_length=20, choices=LetterKind.choices)
    title = models.CharField(_("title"), max_length=300)
    summary = models.TextField(_("in plain words"), blank=True)
    context = models.JSONField(_("values"), default=dict, encoder=ContextEncoder)
    html = models.TextField(_("text"))
    pdf = models.ForeignKey("kernel.Blob", on_delete=models.PROTECT, related_name="+")
    recipient = models.JSONField(_("recipient"), default=dict)
    document_id = models.UUIDField(_("document"), null=True, blank=True)
    signed_by = models.ForeignKey(
        "identity.UserAccount", null=True, blank=True, on_delete=models.PROTECT, related_name="+",
        verbose_name=_("signed by"),
    )  # fmt: skip
    issued_at = models.DateTimeField(_("issued at"), default=clock.now)
    state = models.CharField(
        _("state"), max_length=12, choices=LetterState.choices, default=LetterState.ISSUED
    )
    way = models.CharField(_("way"), max_length=12, choices=DeliveryWay.choices, blank=True)
    # The day on which it was posted or put into the inbox, and the day of notification that follows (§ 41 VwVfG).
    sent_on = models.DateField(_("sent on"), null=True, blank=True)
    notified_on = models.DateField(_("counts as notified on"), null=True, blank=True)

    class Meta:
        verbose_name = _("letter")
        verbose_name_plural = _("letters")
        ordering = ("-issued_at",)

    def __str__(self) -> str:
        return self.title

    @property
    def text(self) -> str:
        """What the letter says, without its markup, on one line."""
        return " ".join(unescape(strip_tags(_BLOCK_END.sub(" ", self.html))).split())
