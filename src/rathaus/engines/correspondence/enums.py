"""Kinds and states of letters."""

from __future__ import annotations

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class LetterKind(TextChoices):
    DECISION = "decision", _("Decision notice")
    NOTICE = "notice", _("Notice")
    CONFIRMATION = "confirmation", _("Confirmation")
    LETTER = "letter", _("Letter")


class Remedy(TextChoices):
    """Rechtsbehelf: what a citizen may do against a decision (§ 58 VwGO, § 355 AO)."""

    NONE = "none", _("No remedy notice")
    OBJECTION = "objection", _("Objection")
    ACTION = "action", _("Action before the court")
    TAX_OBJECTION = "tax_objection", _("Objection in tax matters")


class LetterState(TextChoices):
    ISSUED = "issued", _("Issued")
    DELIVERED = "delivered", _("Delivered")


class DeliveryWay(TextChoices):
    INBOX = "inbox", _("Inbox")
    PRINT = "print", _("Print and post")


class PrintState(TextChoices):
    OPEN = "open", _("Waiting for printing")
    BATCHED = "batched", _("In a print batch")
    POSTED = "posted", _("Posted")
