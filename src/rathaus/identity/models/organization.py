from __future__ import annotations

from django.core.validators import RegexValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from rathaus.identity.enums import Role

code_validator = RegexValidator(r"^[a-z0-9]+(-[a-z0-9]+)*$", _("Use small letters, digits and hyphens."))


class OrganizationalUnit(models.Model):
    """Organisationseinheit: a department of the town; `path` holds the codes from the root down to it."""

    code = models.SlugField(_("code"), max_length=60, unique=True, validators=[code_validator])
    name = models.CharField(_("name"), max_length=160)
    name_en = models.CharField(_("English name"), max_length=160, blank=True)
    parent = models.ForeignKey(
        "self", verbose_name=_("parent unit"), null=True, blank=True, on_delete=models.PROTECT,
        related_name="children",
    )  # fmt: skip
    path = models.CharField(max_length=500, unique=True, editable=False)
    phone = models.CharField(_("telephone"), max_length=40, blank=True)
    email = models.EmailField(_("e-mail address"), blank=True)
    room = models.CharField(_("room"), max_length=80, blank=True)
    opening_hours = models.JSONField(_("opening hours"), default=list, blank=True)

    class Meta:
        verbose_name = _("organizational unit")
        verbose_name_plural = _("organizational units")
        ordering = ("path",)

    def __str__(self) -> str:
        return self.name

    def is_within(self, other: OrganizationalUnit) -> bool:
        """True for the unit itself and for every unit below it."""
        return self.path.startswith(other.path)


class Post(models.Model):
    """Stelle: a place in the organisation with its roles; people come and go, the post stays."""

    code = models.SlugField(_("code"), max_length=60, unique=True, validators=[code_validator])
    title = models.CharField(_("title"), max_length=160)
    unit = models.ForeignKey(
        OrganizationalUnit, verbose_name=_("unit"), on_delete=models.PROTECT, related_name="posts"
    )
    roles = models.JSONField(_("roles"), default=list)
    is_head = models.BooleanField(_("heads the unit"), default=False)

    class Meta:
        verbose_name = _("post")
        verbose_name_plural = _("posts")
        ordering = ("code",)

    def __str__(self) -> str:
        return self.title

    @property
    def role_labels(self) -> list[str]:
        return [str(Role(role).label) for role in self.roles]


_IN_ORDER = Q(valid_to=None) | Q(valid_to__gte=F("valid_from"))


class Validity(models.Model):
    """From and to are days that both count; an open end has no `valid_to`."""

    valid_from = models.DateField(_("valid from"))
    valid_to = models.DateField(_("valid to"), null=True, blank=True)

    class Meta:
        abstract = True


class Membership(Validity):
    """A person holds a post from one day to another."""

    account = models.ForeignKey(
        "identity.UserAccount", verbose_name=_("person"), on_delete=models.PROTECT, related_name="memberships"
    )
    post = models.ForeignKey(
        Post, verbose_name=_("post"), on_delete=models.PROTECT, related_name="memberships"
    )

    class Meta:
        verbose_name = _("membership")
        verbose_name_plural = _("memberships")
        ordering = ("valid_from",)
        constraints = (
            models.CheckConstraint(
                condition=Q(valid_to=None) | Q(valid_to__gte=F("valid_from")),
                name="identity_membership_order",
            ),
        )

    def __str__(self) -> str:
        return f"{self.account_id} / {self.post_id}"


class StandIn(Validity):
    """Vertretung: takes effect and ends by its dates alone; nobody has to switch it on."""

    absent = models.ForeignKey(
        "identity.UserAccount", verbose_name=_("absent person"), on_delete=models.CASCADE,
        related_name="absences",
    )  # fmt: skip
    substitute = models.ForeignKey(
        "identity.UserAccount", verbose_name=_("substitute"), on_delete=models.CASCADE,
        related_name="stands_in",
    )  # fmt: skip
    note = models.CharField(_("note"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("stand-in")
        verbose_name_plural = _("stand-ins")
        ordering = ("valid_from",)
        constraints = (
            models.CheckConstraint(condition=_IN_ORDER, name="identity_stand_in_order"),
            models.CheckConstraint(condition=~Q(absent=F("substitute")), name="identity_stand_in_other"),
        )

    def __str__(self) -> str:
        return f"{self.substitute_id} / {self.absent_id}"
