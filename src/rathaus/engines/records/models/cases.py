from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from rathaus.engines.records.enums import CaseState
from rathaus.engines.records.models.file_plan import Dossier
from rathaus.kernel.public import clock


class Case(models.Model):
    """Vorgang: one piece of business, from receipt to filing. Exists once; everything else refers to it."""

    # True on the very object that open_case returned: whoever opens a case also fills it.
    is_being_opened = False

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    case_reference = models.CharField(_("case reference"), max_length=80, unique=True)
    title = models.CharField(_("title"), max_length=250)
    case_type = models.SlugField(_("case type"), max_length=80, db_index=False)
    dossier = models.ForeignKey(
        Dossier, verbose_name=_("dossier"), on_delete=models.PROTECT, related_name="cases"
    )
    lead_unit = models.ForeignKey(
        "identity.OrganizationalUnit", verbose_name=_("lead unit"), on_delete=models.PROTECT,
        related_name="+", db_index=False,
    )  # fmt: skip
    access_set = models.ForeignKey(
        "identity.AccessSet", on_delete=models.PROTECT, related_name="+", db_index=False
    )
    state = models.CharField(_("state"), max_length=12, choices=CaseState.choices, default=CaseState.RECEIVED)
    channel = models.CharField(_("channel"), max_length=20)
    opened_at = models.DateTimeField(_("received at"), default=clock.now)
    due_on = models.DateField(_("due on"), null=True, blank=True)
    decided_at = models.DateTimeField(_("decided at"), null=True, blank=True)
    filed_on = models.DateField(_("filed on"), null=True, blank=True)
    applicant = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("applicant"), null=True, blank=True,
        on_delete=models.PROTECT, related_name="+", db_index=False,
    )  # fmt: skip
    applicant_name = models.CharField(_("name of the applicant"), max_length=250, blank=True)
    # Besonders geschützt: the access set names persons, and each reading leaves an entry in the audit.
    is_protected = models.BooleanField(_("especially protected"), default=False, db_default=False)
    assignee = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("case worker"), null=True, blank=True,
        on_delete=models.SET_NULL, related_name="+", db_index=False,
    )  # fmt: skip

    class Meta:
        verbose_name = _("case")
        verbose_name_plural = _("cases")
        # In the order in which lists page through them; each ends with the key, so a page can start anywhere.
        # That of the in-tray holds only what is not filed, and so does not grow with the archive.
        indexes = [
            models.Index(
                fields=["access_set", "due_on", "id"],
                name="records_case_tray",
                condition=Q(filed_on__isnull=True),
            ),
            models.Index(
                fields=["access_set", "due_on", "opened_at", "id"],
                name="records_case_waiting",
                condition=Q(filed_on__isnull=True, state=CaseState.WAITING.value),
            ),
            models.Index(fields=["access_set", "-opened_at", "id"], name="records_case_recent"),
            models.Index(fields=["lead_unit", "state"], name="records_case_unit"),
            models.Index(fields=["case_type", "-decided_at"], name="records_case_type"),
            models.Index(
                fields=["assignee", "state", "due_on"],
                name="records_case_assignee",
                condition=Q(assignee__isnull=False),
            ),
            models.Index(
                fields=["applicant", "-opened_at"],
                name="records_case_applicant",
                condition=Q(applicant__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.case_reference} {self.title}"

    @property
    def audit_subject(self) -> str:
        return f"records.case:{self.id}"


class CaseSearchEntry(models.Model):
    """The words by which a case is found, plain and behind its access set; a full-text index lies on ``text``.

    A table of its own because SQLite's index needs an integer key, which is the order of the hits as well.
    """

    case = models.OneToOneField(Case, on_delete=models.CASCADE, related_name="search_entry")
    access_set = models.ForeignKey(
        "identity.AccessSet", on_delete=models.DO_NOTHING, null=True, related_name="+",
        db_index=False, db_constraint=False,
    )  # fmt: skip
    text = models.TextField()

    class Meta:
        indexes = [models.Index(fields=["access_set", "-id"], name="records_search_newest")]

    def __str__(self) -> str:
        return self.text


class Participant(models.Model):
    """Beteiligter (§ 13 VwVfG) besides the applicant: representative, neighbour, co-owner."""

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="participants")
    role = models.CharField(_("role"), max_length=60)
    name = models.CharField(_("name"), max_length=250)
    address = models.JSONField(_("address"), default=dict, blank=True)
    account = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )

    class Meta:
        verbose_name = _("participant")
        verbose_name_plural = _("participants")
        ordering = ("id",)

    def __str__(self) -> str:
        return f"{self.name} ({self.role})"


class FollowUp(models.Model):
    """Wiedervorlage: the case comes back on a day, to a person or to the unit."""

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="follow_ups")
    due_on = models.DateField(_("due on"))
    text = models.CharField(_("what for"), max_length=500)
    account = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
        db_index=False,
    )
    unit = models.ForeignKey(
        "identity.OrganizationalUnit",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        db_index=False,
    )
    created_at = models.DateTimeField(default=clock.now, editable=False)
    announced_at = models.DateTimeField(null=True, blank=True, editable=False)
    done_at = models.DateTimeField(_("done at"), null=True, blank=True)

    class Meta:
        verbose_name = _("follow-up")
        verbose_name_plural = _("follow-ups")
        ordering = ("due_on", "id")
        indexes = [
            models.Index(
                fields=["due_on", "id"], name="records_followup_open", condition=Q(done_at__isnull=True)
            ),
            models.Index(
                fields=["unit", "due_on", "id"],
                name="records_followup_unit",
                condition=Q(done_at__isnull=True),
            ),
            # Whole: an account that is deleted looks for its rows here.
            models.Index(fields=["account", "due_on", "id"], name="records_followup_person"),
        ]

    def __str__(self) -> str:
        return f"{self.due_on}: {self.text}"
