from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from rathaus.casework.enums import CoSignatureState


class CoSignature(models.Model):
    """Mitzeichnung: a colleague, or the head of a unit, is asked to sign a case as well."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    case = models.ForeignKey("records.Case", on_delete=models.PROTECT, related_name="co_signatures")
    # A person, or whoever heads the unit.
    signer = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    unit = models.ForeignKey(
        "identity.OrganizationalUnit", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    text = models.TextField(_("what for"), blank=True)
    is_required = models.BooleanField(_("no decision without it"), default=True)
    state = models.CharField(
        _("state"), max_length=10, choices=CoSignatureState.choices, default=CoSignatureState.OPEN
    )
    note = models.TextField(_("note"), blank=True)
    requested_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    requested_by_name = models.CharField(max_length=250)
    requested_at = models.DateTimeField()
    given_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    given_by_name = models.CharField(max_length=250, blank=True)
    given_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("co-signature")
        verbose_name_plural = _("co-signatures")
        ordering = ("requested_at", "id")
        constraints = [
            models.CheckConstraint(
                condition=Q(signer__isnull=True) ^ Q(unit__isnull=True),
                name="casework_co_signature_one_signer",
            )
        ]
        indexes = [
            models.Index(fields=["signer"], name="casework_cosign_person", condition=Q(state="open")),
            models.Index(fields=["unit"], name="casework_cosign_unit", condition=Q(state="open")),
        ]

    def __str__(self) -> str:
        return f"{self.wanted_from}: {self.get_state_display()}"

    @property
    def is_open(self) -> bool:
        return self.state == CoSignatureState.OPEN

    @property
    def wanted_from(self) -> str:
        """Who is asked, for people."""
        if self.signer is not None:
            return self.signer.name
        return str(_("Head of %(unit)s") % {"unit": self.unit.name}) if self.unit is not None else ""
