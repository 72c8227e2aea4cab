from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class Town(models.Model):
    """The town itself: one row. Read it through `town()`, write it through `update_town`."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1, editable=False)
    name = models.CharField(_("name"), max_length=120, default="Musterstadt")
    official_name = models.CharField(_("official name"), max_length=160, blank=True)
    slogan = models.CharField(_("slogan"), max_length=200, blank=True)
    state = models.CharField(_("federal state"), max_length=2, default="HE")
    street = models.CharField(_("street"), max_length=120, blank=True)
    house_number = models.CharField(_("house number"), max_length=20, blank=True)
    postcode = models.CharField(_("postcode"), max_length=10, blank=True)
    city = models.CharField(_("city"), max_length=120, blank=True)
    phone = models.CharField(_("telephone"), max_length=40, blank=True)
    email = models.EmailField(_("e-mail address"), blank=True)
    website = models.URLField(_("website"), blank=True)
    mayor = models.CharField(_("mayor"), max_length=120, blank=True)
    coat_of_arms = models.TextField(_("coat of arms (SVG)"), blank=True)
    colours = models.JSONField(_("colours"), default=dict, blank=True)  # {"primary": "#…", "accent": "#…"}
    letter_header = models.CharField(_("letterhead text"), max_length=200, blank=True)
    letter_sender_line = models.CharField(_("sender line above the address"), max_length=200, blank=True)
    letter_footer = models.TextField(_("footer of letters"), blank=True)
    bank_name = models.CharField(_("bank"), max_length=120, blank=True)
    iban = models.CharField("IBAN", max_length=34, blank=True)
    bic = models.CharField("BIC", max_length=11, blank=True)
    creditor_id = models.CharField(_("SEPA creditor identifier"), max_length=35, blank=True)
    remedy_office = models.CharField(_("office that decides on objections"), max_length=200, blank=True)
    remedy_address = models.CharField(_("its address"), max_length=200, blank=True)
    court = models.CharField(_("administrative court"), max_length=200, blank=True)
    court_address = models.CharField(_("address of the court"), max_length=200, blank=True)
    data_protection_contact = models.TextField(_("data protection officer"), blank=True)
    imprint = models.TextField(_("imprint"), blank=True)
    districts = models.JSONField(_("districts"), default=list, blank=True)  # ["Altstadt", …]
    opening_hours = models.JSONField(_("opening hours"), default=list, blank=True)
    is_demo = models.BooleanField(_("demonstration"), default=False)

    class Meta:
        verbose_name = _("town")
        verbose_name_plural = _("towns")
        constraints = (models.CheckConstraint(condition=Q(id=1), name="identity_one_town"),)

    def __str__(self) -> str:
        return self.official_name or self.name

    @property
    def address_line(self) -> str:
        """Street and place in one line, empty parts left out."""
        parts = (f"{self.street} {self.house_number}".strip(), f"{self.postcode} {self.city}".strip())
        return ", ".join(part for part in parts if part)
