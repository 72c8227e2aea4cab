from __future__ import annotations

import uuid

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _

from rathaus.engines.records.enums import DisposalRule
from rathaus.kernel.public import clock, numbering


def validate_pattern(pattern: str) -> None:
    """Refuse a pattern that could not number a dossier or a case."""
    try:
        numbering.check_pattern(pattern, plan="20.3", unit="steueramt", year=2026)
    except numbering.InvalidPattern as error:
        raise ValidationError(str(error)) from error


class FilePlanEntry(models.Model):
    """Aktenplanposition: what kind of business a dossier is about, and for how long it is kept."""

    code = models.CharField(_("code"), max_length=40, unique=True)
    title = models.CharField(_("title"), max_length=200)
    parent = models.ForeignKey(
        "self", verbose_name=_("parent entry"), null=True, blank=True, on_delete=models.PROTECT,
        related_name="children",
    )  # fmt: skip
    retention_years = models.PositiveSmallIntegerField(_("retention in years"), default=10)
    retention_basis = models.CharField(
        _("legal basis of the retention period"), max_length=250, blank=True, db_default=""
    )
    disposal = models.CharField(
        _("afterwards"),
        max_length=10,
        choices=DisposalRule.choices,
        default=DisposalRule.OFFER,
        db_default=DisposalRule.OFFER.value,
    )
    unit = models.ForeignKey(
        "identity.OrganizationalUnit", verbose_name=_("unit"), null=True, blank=True,
        on_delete=models.PROTECT, related_name="+",
    )  # fmt: skip
    # Placeholders: plan, unit, year, and n with its width.
    file_pattern = models.CharField(
        _("pattern of file references"),
        max_length=100,
        default="{plan}/{year}/{n:04d}",
        validators=[validate_pattern],
    )
    case_pattern = models.CharField(
        _("pattern of case references"),
        max_length=100,
        default="{plan}-{year}-{n:05d}",
        validators=[validate_pattern],
    )

    class Meta:
        verbose_name = _("file plan entry")
        verbose_name_plural = _("file plan entries")
        ordering = ("code",)

    def __str__(self) -> str:
        return f"{self.code} {self.title}"


class Dossier(models.Model):
    """Akte: holds the cases of one matter; carries rights and retention for all of them."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    file_reference = models.CharField(_("file reference"), max_length=80, unique=True)
    title = models.CharField(_("title"), max_length=250)
    plan_entry = models.ForeignKey(
        FilePlanEntry, verbose_name=_("file plan entry"), on_delete=models.PROTECT, related_name="dossiers"
    )
    unit = models.ForeignKey("identity.OrganizationalUnit", on_delete=models.PROTECT, related_name="+")
    access_set = models.ForeignKey("identity.AccessSet", on_delete=models.PROTECT, related_name="+")
    opened_on = models.DateField(_("opened on"), default=clock.today)
    filed_on = models.DateField(_("filed on"), null=True, blank=True)
    # Own period where the law of the matter asks for another than the file plan's.
    retention_years = models.PositiveSmallIntegerField(_("retention in years"))
    retain_until = models.DateField(_("kept until"), null=True, blank=True)

    class Meta:
        verbose_name = _("dossier")
        verbose_name_plural = _("dossiers")
        ordering = ("file_reference",)
        indexes = [models.Index(fields=["retain_until"], name="records_dossier_retention")]

    def __str__(self) -> str:
        return f"{self.file_reference} {self.title}"
