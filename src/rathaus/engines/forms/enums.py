"""Choices that are stored."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class UploadStatus(models.TextChoices):
    """What the virus scan says of a file. ``UNSCANNED``: there was no scanner when it came."""

    CLEAN = "clean", _("checked")
    UNSCANNED = "unscanned", _("not checked for viruses")
    PENDING = "pending", _("being checked")
    INFECTED = "infected", _("infected")
