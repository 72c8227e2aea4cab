from __future__ import annotations

import uuid
from datetime import datetime
from typing import ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.utils.translation import gettext_lazy as _

from rathaus.identity.enums import AssuranceLevel
from rathaus.kernel.public import clock


def moment() -> datetime:
    return clock.now()


class UserAccountManager(BaseUserManager["UserAccount"]):
    def get_by_natural_key(self, username: str | None) -> UserAccount:
        return self.get(email=(username or "").lower())

    def create_user(self, email: str | None, password: str | None = None, **fields: object) -> UserAccount:
        account = self.model(email=email.lower() if email else None, **fields)
        account.set_password(password)
        account.save(using=self._db)
        return account


class UserAccount(AbstractBaseUser):
    """Nutzerkonto: a person who signs in, citizen or staff; rights come from posts, never from here."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    # Empty (NULL) for people who came by electronic identity and gave no address.
    email = models.EmailField(_("e-mail address"), unique=True, null=True, blank=True)
    given_name = models.CharField(_("given name"), max_length=120, blank=True)
    family_name = models.CharField(_("family name"), max_length=120, blank=True)
    birth_date = models.DateField(_("date of birth"), null=True, blank=True)
    street = models.CharField(_("street"), max_length=120, blank=True)
    house_number = models.CharField(_("house number"), max_length=20, blank=True)
    postcode = models.CharField(_("postcode"), max_length=10, blank=True)
    city = models.CharField(_("city"), max_length=120, blank=True)
    phone = models.CharField(_("telephone"), max_length=40, blank=True)
    language = models.CharField(_("language"), max_length=5, default="de")
    assurance = models.CharField(
        _("proven assurance level"),
        max_length=12,
        choices=AssuranceLevel.choices,
        default=AssuranceLevel.LOW,
    )
    is_active = models.BooleanField(_("active"), default=True)
    # Kept by the services for posts and stand-ins, so that citizens cost no query for their rights.
    is_employee = models.BooleanField(_("works for the town"), default=False, editable=False)
    date_joined = models.DateTimeField(_("registered at"), default=moment, editable=False)
    # The day on which the account is deleted as its owner asked, and when that was done: what is left then is
    # a number that cases refer to, without anything that tells whose it was.
    erase_on = models.DateField(_("to be deleted on"), null=True, blank=True, editable=False, db_index=True)
    erased_at = models.DateTimeField(_("deleted at"), null=True, blank=True, editable=False)
    # Kept by the records: an Auskunftssperre (§§ 51, 52 BMG) holds today.
    has_information_block = models.BooleanField(
        _("information block"), default=False, db_default=False, editable=False
    )

    objects: ClassVar[UserAccountManager] = UserAccountManager()

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    class Meta:
        verbose_name = _("user account")
        verbose_name_plural = _("user accounts")
        ordering = ("family_name", "given_name")

    def __str__(self) -> str:
        return self.name or self.email or str(self.id)

    @property
    def name(self) -> str:
        return f"{self.given_name} {self.family_name}".strip()

    def get_full_name(self) -> str:
        return self.name

    def clean(self) -> None:
        super().clean()
        self.email = self.email.lower() if self.email else None


class LinkedIdentity(models.Model):
    """An electronic identity (eID, BundID, ...) that belongs to an account."""

    account = models.ForeignKey(UserAccount, on_delete=models.CASCADE, related_name="linked_identities")
    provider = models.SlugField(_("provider"), max_length=40)
    subject = models.CharField(_("identifier at the provider"), max_length=200)
    assurance = models.CharField(_("assurance level"), max_length=12, choices=AssuranceLevel.choices)
    linked_at = models.DateTimeField(_("linked at"), default=moment)

    class Meta:
        verbose_name = _("linked identity")
        verbose_name_plural = _("linked identities")
        constraints = (models.UniqueConstraint(fields=("provider", "subject"), name="identity_linked_once"),)

    def __str__(self) -> str:
        return f"{self.provider}:{self.subject}"
