from django.db import models
from django.utils.translation import gettext_lazy as _


class Channel(models.TextChoices):
    """The door by which something came in."""

    ONLINE = "online", _("Online")
    COUNTER = "counter", _("At the counter")
    PAPER = "paper", _("On paper")
    PHONE = "phone", _("By phone")
    OFFICE = "office", _("Ex officio")
