from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from rathaus.identity.models.organization import OrganizationalUnit


class AccessSet(models.Model):
    """Who may open something, as one number that cases and tasks carry; never a row per document."""

    name = models.CharField(_("name"), max_length=200)
    # Set for the set that every unit has from its beginning; empty for sets shared by several units.
    unit = models.OneToOneField(
        OrganizationalUnit, null=True, blank=True, on_delete=models.PROTECT, related_name="access_set"
    )

    class Meta:
        verbose_name = _("access set")
        verbose_name_plural = _("access sets")
        ordering = ("name",)
        indexes = (models.Index(fields=("name",), name="identity_access_set_name"),)

    def __str__(self) -> str:
        return self.name


class AccessGrant(models.Model):
    """A unit of the set: its posts with case work may open, and so may the heads above it.

    In the set of a protected case a grant names either the heads of a unit alone, or one person.
    """

    access_set = models.ForeignKey(AccessSet, on_delete=models.CASCADE, related_name="grants")
    unit = models.ForeignKey(
        OrganizationalUnit, null=True, blank=True, on_delete=models.PROTECT, related_name="access_grants"
    )
    heads_only = models.BooleanField(_("heads only"), default=False, db_default=False)
    account = models.ForeignKey(
        "identity.UserAccount", null=True, blank=True, on_delete=models.CASCADE, related_name="+"
    )

    class Meta:
        verbose_name = _("access grant")
        verbose_name_plural = _("access grants")
        constraints = (
            models.UniqueConstraint(fields=("access_set", "unit"), name="identity_grant_once"),
            models.CheckConstraint(
                condition=models.Q(unit__isnull=True) ^ models.Q(account__isnull=True),
                name="identity_grant_unit_or_person",
            ),
        )

    def __str__(self) -> str:
        return f"{self.access_set_id} / {self.unit_id or self.account_id}"
