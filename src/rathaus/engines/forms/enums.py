"""Choices that are stored."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class UploadStatus(models.TextChoices):
    CLEAN = "clean", _("checked")
    PENDING = "pending", _("being checked")
    INFECTED = "infected", _("infected")
