from __future__ import annotations

from enum import StrEnum

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class AssuranceLevel(models.TextChoices):
    """Vertrauensniveau (Art. 8 eIDAS, § 3 OZG): ordered, also against the stored words."""

    NONE = "none", pgettext_lazy("assurance level", "none")
    LOW = "low", pgettext_lazy("assurance level", "low")
    SUBSTANTIAL = "substantial", pgettext_lazy("assurance level", "substantial")
    HIGH = "high", pgettext_lazy("assurance level", "high")

    @property
    def rank(self) -> int:
        return list(type(self)).index(self)

    def __lt__(self, other: str) -> bool:
        return self.rank < AssuranceLevel(other).rank

    def __le__(self, other: str) -> bool:
        return self.rank <= AssuranceLevel(other).rank

    def __gt__(self, other: str) -> bool:
        return self.rank > AssuranceLevel(other).rank

    def __ge__(self, other: str) -> bool:
        return self.rank >= AssuranceLevel(other).rank


class Role(models.TextChoices):
    """What a post may do; the codes stand in blueprints and in process diagrams."""

    CASE_WORKER = "case_worker", _("case work")
    HEAD = "head", _("head of unit")
    MAILROOM = "mailroom", _("mailroom")
    TREASURER = "treasurer", _("treasury")
    ADMINISTRATOR = "administrator", _("administration of the system")
    DESIGNER = "designer", _("design of services")
    RECORDS_MANAGER = "records_manager", _("records management")
    DATA_PROTECTION = "data_protection", _("data protection")
    RESIDENT_REGISTRATION = "resident_registration", _("resident registration")


TECHNICAL_ROLES = frozenset(
    {Role.ADMINISTRATOR.value, Role.DESIGNER.value, Role.RECORDS_MANAGER.value, Role.DATA_PROTECTION.value}
)
"""They run or watch over the system; they neither open case contents nor pass to a stand-in."""


class ActorKind(StrEnum):
    ANONYMOUS = "anonymous"
    CITIZEN = "citizen"
    STAFF = "staff"
    SYSTEM = "system"


class ExportState(models.TextChoices):
    """How far a data export has come."""

    WAITING = "waiting", _("being prepared")
    READY = "ready", _("ready")
    EXPIRED = "expired", _("expired")
