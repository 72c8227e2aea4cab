from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from rathaus.engines.records.enums import BlockKind, Protection
from rathaus.engines.records.models.cases import Case
from rathaus.kernel.public import clock


class CaseProtection(models.Model):
    """Besonderer Schutz of a case: why, since when, and whether each reader is asked what for."""

    case = models.OneToOneField(Case, on_delete=models.CASCADE, related_name="protection")
    origin = models.CharField(_("because"), max_length=10, choices=Protection.choices)
    reason = models.CharField(_("reason"), max_length=500, blank=True)
    asks_purpose = models.BooleanField(_("ask each reader for the purpose"), default=False)
    set_by_name = models.CharField(max_length=250)
    set_at = models.DateTimeField(default=clock.now)

    class Meta:
        verbose_name = _("protection of a case")
        verbose_name_plural = _("protections of cases")

    def __str__(self) -> str:
        return f"{self.case_id} ({self.origin})"


class InformationBlock(models.Model):
    """Auskunftssperre (§ 51 BMG) or bedingter Sperrvermerk (§ 52 BMG) on a person.

    On an account, or on the applicant of one case where there is no account. Both days count.
    """

    account = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.CASCADE, related_name="+"
    )
    case = models.ForeignKey(
        Case, null=True, blank=True, on_delete=models.CASCADE, related_name="information_blocks"
    )
    kind = models.CharField(_("kind"), max_length=12, choices=BlockKind.choices)
    valid_from = models.DateField(_("valid from"))
    valid_until = models.DateField(_("valid until"))
    source = models.CharField(_("who ordered it"), max_length=200)
    reason = models.CharField(_("reason"), max_length=500, blank=True)
    set_by_name = models.CharField(max_length=250)
    set_at = models.DateTimeField(default=clock.now)
    reminded_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(_("ended at"), null=True, blank=True)
    ended_by_name = models.CharField(max_length=250, blank=True)

    class Meta:
        verbose_name = _("information block")
        verbose_name_plural = _("information blocks")
        ordering = ("valid_until", "id")
        constraints = (
            models.CheckConstraint(
                condition=Q(account__isnull=True) ^ Q(case__isnull=True), name="records_block_one_person"
            ),
            models.CheckConstraint(
                condition=Q(valid_until__gte=models.F("valid_from")), name="records_block_order"
            ),
        )
        indexes = (
            models.Index(
                fields=("valid_until",), name="records_block_running", condition=Q(ended_at__isnull=True)
            ),
        )

    def __str__(self) -> str:
        return f"{self.get_kind_display()}, {self.valid_until}"


class Disclosure(models.Model):
    """Auskunft an Dritte: data of a blocked or protected person were given to somebody outside, or refused."""

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="disclosures")
    recipient = models.CharField(_("to whom"), max_length=250)
    note = models.TextField(_("what was disclosed, and on which legal basis"))
    was_refused = models.BooleanField(_("refused"))
    made_by_name = models.CharField(max_length=250)
    made_at = models.DateTimeField(default=clock.now)

    class Meta:
        verbose_name = _("disclosure to a third party")
        verbose_name_plural = _("disclosures to third parties")
        ordering = ("made_at", "id")

    def __str__(self) -> str:
        return f"{self.case_id} {self.made_at:%Y-%m-%d}"
