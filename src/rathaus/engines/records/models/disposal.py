from __future__ import annotations

import uuid

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from rathaus.engines.records.enums import DisposalDecision, DisposalState, ItemState
from rathaus.engines.records.models.file_plan import Dossier
from rathaus.kernel.public import clock


class Hold(models.Model):
    """Löschsperre: while it stands, the dossier is neither proposed for disposal nor destroyed."""

    dossier = models.ForeignKey(Dossier, on_delete=models.CASCADE, related_name="holds")
    reason = models.CharField(_("reason"), max_length=500)
    placed_by_name = models.CharField(max_length=250)
    placed_at = models.DateTimeField(default=clock.now)
    lifted_by_name = models.CharField(max_length=250, blank=True)
    lifted_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("hold")
        verbose_name_plural = _("holds")
        ordering = ("placed_at", "id")
        constraints = (
            models.UniqueConstraint(
                fields=("dossier",), condition=Q(lifted_at__isnull=True), name="records_hold_once"
            ),
        )

    def __str__(self) -> str:
        return f"{self.dossier_id} {self.placed_at:%Y-%m-%d}"


class DisposalList(models.Model):
    """Aussonderung: dossiers whose retention period is over, decided by one person and confirmed by another.

    It stays when the dossiers are gone, so it holds references and counts only, and no personal data.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    number = models.CharField(_("number"), max_length=40, unique=True)
    unit_id = models.BigIntegerField(null=True)
    unit_name = models.CharField(max_length=160, blank=True)
    state = models.CharField(
        _("state"), max_length=10, choices=DisposalState.choices, default=DisposalState.OPEN
    )
    created_at = models.DateTimeField(default=clock.now)
    # Of people who work for the town; text, as the record outlives their accounts.
    decided_by = models.CharField(max_length=100, blank=True)
    decided_by_name = models.CharField(max_length=250, blank=True)
    decided_at = models.DateTimeField(null=True, blank=True)
    confirmed_by = models.CharField(max_length=100, blank=True)
    confirmed_by_name = models.CharField(max_length=250, blank=True)
    confirmed_at = models.DateTimeField(null=True, blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("disposal list")
        verbose_name_plural = _("disposal lists")
        ordering = ("-created_at",)

    def __str__(self) -> str:
        return self.number


class DisposalItem(models.Model):
    """One dossier of a list. No foreign key to it: the row is the proof once the dossier is destroyed."""

    disposal_list = models.ForeignKey(DisposalList, on_delete=models.CASCADE, related_name="items")
    dossier_id = models.UUIDField(db_index=True)
    file_reference = models.CharField(_("file reference"), max_length=80)
    plan_code = models.CharField(max_length=40)
    plan_title = models.CharField(max_length=200)
    rule = models.CharField(max_length=10)
    legal_basis = models.CharField(_("legal basis"), max_length=250, blank=True)
    retention_years = models.PositiveSmallIntegerField()
    filed_on = models.DateField()
    retain_until = models.DateField(_("kept until"))
    cases = models.PositiveIntegerField(_("cases"))
    documents = models.PositiveIntegerField(_("documents"))
    decision = models.CharField(
        _("decision"), max_length=10, choices=DisposalDecision.choices, default=DisposalDecision.UNDECIDED
    )
    # For "keep longer": the new end of the period.
    keep_until = models.DateField(null=True, blank=True)
    state = models.CharField(max_length=10, choices=ItemState.choices, default=ItemState.PENDING)
    note = models.CharField(max_length=300, blank=True)
    done_at = models.DateTimeField(null=True, blank=True)
    # What the archive receives; gone as soon as it is destroyed here.
    package = models.ForeignKey(
        "kernel.Blob", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    handed_over_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("dossier to dispose of")
        verbose_name_plural = _("dossiers to dispose of")
        ordering = ("file_reference", "id")
        constraints = (
            models.UniqueConstraint(fields=("disposal_list", "dossier_id"), name="records_disposal_once"),
        )

    def __str__(self) -> str:
        return self.file_reference


class DestructionResult(models.Model):
    """Löschprotokoll: one row for each case that was destroyed, with what was deleted of it."""

    item = models.ForeignKey(DisposalItem, on_delete=models.CASCADE, related_name="results")
    case_id = models.UUIDField(unique=True)
    case_reference = models.CharField(_("case reference"), max_length=80)
    case_type = models.CharField(max_length=80)
    # {"documents": 3, "versions": 4, "messages": 2, …}
    counts = models.JSONField(default=dict)
    done_at = models.DateTimeField(default=clock.now)

    class Meta:
        verbose_name = _("result of a destruction")
        verbose_name_plural = _("results of destructions")
        ordering = ("case_reference",)

    def __str__(self) -> str:
        return self.case_reference


class ErasurePermit(models.Model):
    """The mark of the one procedure that may delete filed versions: a row for the case, within its transaction.

    The trigger on the versions asks for it, so that neither a stray DELETE nor a cascade empties a file.
    """

    case_id = models.UUIDField(primary_key=True)

    def __str__(self) -> str:
        return str(self.case_id)
