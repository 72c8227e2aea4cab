from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.db.models import Q
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from rathaus.identity.public import Membership, OrganizationalUnit, Post, Role, UserAccount, units

from .guards import DayField, check_order, today

# Parts of addresses below /amt/dienststellen/.
RESERVED_CODES = frozenset({"neu"})


class UnitForm(forms.Form):
    """A unit of the house; the code is chosen once, since blueprints and file references name it."""

    code = forms.SlugField(
        label=_("Short code"),
        max_length=60,
        help_text=_("Small letters, digits and hyphens, for example steueramt. It cannot be changed later."),
    )
    name = forms.CharField(label=_("Name"), max_length=160)
    name_en = forms.CharField(label=_("Name in English"), max_length=160, required=False)
    parent = forms.ChoiceField(
        label=_("Belongs to"),
        required=False,
        help_text=_("Heads of that unit also see the cases of this one."),
    )
    phone = forms.CharField(label=_("Telephone"), max_length=40, required=False)
    email = forms.EmailField(label=_("E-mail address"), required=False)
    room = forms.CharField(label=_("Room"), max_length=80, required=False)

    def __init__(self, *args: Any, unit: OrganizationalUnit | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._units = {found.code: found for found in units() if unit is None or not found.is_within(unit)}
        parent = self.fields["parent"]
        assert isinstance(parent, forms.ChoiceField)
        parent.choices = [
            ("", gettext("no other unit")),
            *((code, found.name) for code, found in self._units.items()),
        ]
        if unit is not None:
            del self.fields["code"]

    def clean_code(self) -> str:
        code: str = self.cleaned_data["code"]
        if code in RESERVED_CODES:
            raise forms.ValidationError(gettext("This code is reserved. Please choose another one."))
        return code

    def clean_parent(self) -> OrganizationalUnit | None:
        return self._units.get(self.cleaned_data["parent"])


class PostForm(forms.Form):
    """A post: a place with roles, whoever holds it."""

    title = forms.CharField(
        label=_("Title"), max_length=160, help_text=_("As on the door, for example: case work dog tax.")
    )
    roles = forms.MultipleChoiceField(
        label=_("Roles"),
        choices=Role.choices,
        widget=forms.CheckboxSelectMultiple,
        help_text=_(
            "The head also sees the cases of all units below. Administration and design do not open cases."
        ),
        error_messages={"required": _("Please choose at least one role.")},
    )


class AssignForm(forms.Form):
    """A person holds a post from one day on; both days count."""

    email = forms.EmailField(
        label=_("E-mail address of the person's account"),
        help_text=_("Who has no account yet registers on the public pages first."),
    )
    valid_from = DayField(label=_("First day"))
    valid_to = DayField(
        label=_("Last day"), required=False, help_text=_("Leave it empty if there is no end yet.")
    )

    def __init__(self, *args: Any, post: Post, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._post = post
        self.fields["valid_from"].initial = today

    def clean_email(self) -> UserAccount:
        address = self.cleaned_data["email"].lower()
        account = UserAccount.objects.filter(email=address, is_active=True).first()
        if account is None:
            raise forms.ValidationError(
                gettext("There is no account with this address. Please check how it is written.")
            )
        return account

    def clean(self) -> None:
        check_order(self, "valid_from", "valid_to")
        if not self.errors and self._is_held_already():
            self.add_error("email", gettext("This person already holds the post in that time."))

    def _is_held_already(self) -> bool:
        values = self.cleaned_data
        held = Membership.objects.filter(
            Q(valid_to=None) | Q(valid_to__gte=values["valid_from"]), account=values["email"], post=self._post
        )
        last: date | None = values["valid_to"]
        return (held.filter(valid_from__lte=last) if last else held).exists()


class EndForm(forms.Form):
    """The last day on a post."""

    last_day = DayField(label=_("Last day on this post"), help_text=_("On this day the rights still count."))

    def __init__(self, *args: Any, membership: Membership, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._first = membership.valid_from
        self.fields["last_day"].initial = max(today(), self._first)

    def clean_last_day(self) -> date:
        day: date = self.cleaned_data["last_day"]
        if day < self._first:
            raise forms.ValidationError(gettext("The last day lies before the first. Please check the day."))
        return day
