from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class SigningAuthority(models.Model):
    """Zeichnungsbefugnis: who in a unit signs which letters, up to which amount."""

    unit = models.ForeignKey(
        "identity.OrganizationalUnit", on_delete=models.PROTECT, related_name="+", verbose_name=_("unit")
    )
    post_role = models.CharField(_("role of the post"), max_length=40)
    # Kinds of letters; an empty list means all.
    kinds = models.JSONField(_("kinds of letters"), default=list, blank=True)
    amount_limit = models.DecimalField(
        _("up to this amount"), max_digits=12, decimal_places=2, null=True, blank=True
    )

    class Meta:
        verbose_name = _("signing authority")
        verbose_name_plural = _("signing authorities")
        ordering = ("unit_id", "post_role")
        constraints = (
            models.UniqueConstraint(fields=("unit", "post_role"), name="correspondence_authority_once"),
            models.CheckConstraint(
                condition=models.Q(amount_limit=None) | models.Q(amount_limit__gte=0),
                name="correspondence_authority_amount",
            ),
        )

    def __str__(self) -> str:
        return f"{self.unit_id} / {self.post_role}"
