from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class CoSignatureState(models.TextChoices):
    """Where a request for a co-signature (Mitzeichnung) stands."""

    OPEN = "open", _("open")
    SIGNED = "signed", _("signed")
    DECLINED = "declined", _("declined")
    WITHDRAWN = "withdrawn", _("taken back")
