from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class CaseState(models.TextChoices):
    """Where a case (Vorgang) stands."""

    RECEIVED = "received", _("received")
    IN_PROGRESS = "in_progress", _("in progress")
    WAITING = "waiting", _("waiting for an answer")
    DECIDED = "decided", _("decided")
    CLOSED = "closed", _("closed")
    WITHDRAWN = "withdrawn", _("withdrawn")


class Direction(models.TextChoices):
    """Which way a document goes, seen from the town hall."""

    IN = "in", _("incoming")
    OUT = "out", _("outgoing")
    INTERNAL = "internal", _("internal")


class Protection(models.TextChoices):
    """Why a case is especially protected (besonders geschützt)."""

    BY_HAND = "by_hand", _("by decision of the head of the unit")
    SERVICE = "service", _("the service handles especially sensitive data")
    BLOCK = "block", _("an information block holds for the applicant")


class BlockKind(models.TextChoices):
    """Auskunftssperre (§ 51 BMG) and bedingter Sperrvermerk (§ 52 BMG)."""

    FULL = "full", _("information block (§ 51 BMG)")
    CONDITIONAL = "conditional", _("conditional block (§ 52 BMG)")


class ReadPurpose(models.TextChoices):
    """What a protected case was opened for; a closed list, so that the audit holds no free text."""

    WORK = "work", _("working on the case")
    INQUIRY = "inquiry", _("question of the person concerned")
    SUPERVISION = "supervision", _("supervision or review")
    LEGAL = "legal", _("court, remedy or other proceedings")


class DisposalRule(models.TextChoices):
    """What becomes of dossiers of a file plan entry when their retention period is over."""

    OFFER = "offer", _("offer to the archive")
    DESTROY = "destroy", _("destroy (the archive has waived the offer)")
    KEEP = "keep", _("keep permanently")


class DisposalDecision(models.TextChoices):
    """Bewertung: what is decided about one dossier."""

    UNDECIDED = "undecided", _("not decided")
    DESTROY = "destroy", _("destroy")
    ARCHIVE = "archive", _("hand over to the archive")
    KEEP = "keep", _("keep longer")


class DisposalState(models.TextChoices):
    """How far a disposal list (Aussonderung) has come; a second person confirms before anything is destroyed."""

    OPEN = "open", _("to be decided")
    DECIDED = "decided", _("waits for the second person")
    RUNNING = "running", _("being carried out")
    DONE = "done", _("carried out")


class ItemState(models.TextChoices):
    """What became of one dossier of a list."""

    PENDING = "pending", _("pending")
    DONE = "done", _("carried out")
    SKIPPED = "skipped", _("left alone")
    FAILED = "failed", _("failed")
