from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from rathaus.identity.models import UserAccount
from rathaus.identity.services.accounts import PROFILE_FIELDS

_AUTOCOMPLETE = {
    "given_name": "given-name",
    "family_name": "family-name",
    "birth_date": "bday",
    "street": "address-line1",
    "postcode": "postal-code",
    "city": "address-level2",
    "phone": "tel",
}


class SignupForm(forms.Form):
    """What sign-up asks besides e-mail address and password (`ACCOUNT_SIGNUP_FORM_CLASS`)."""

    given_name = forms.CharField(
        label=_("Given name"), max_length=120, widget=forms.TextInput({"autocomplete": "given-name"})
    )
    family_name = forms.CharField(
        label=_("Family name"), max_length=120, widget=forms.TextInput({"autocomplete": "family-name"})
    )

    field_order = ("given_name", "family_name", "email", "password1", "password2")

    def signup(self, request: HttpRequest, user: UserAccount) -> None:
        user.given_name = self.cleaned_data["given_name"]
        user.family_name = self.cleaned_data["family_name"]
        user.language = getattr(request, "LANGUAGE_CODE", settings.LANGUAGE_CODE)[:2]
        user.save(update_fields=["given_name", "family_name", "language"])


class ProfileForm(forms.ModelForm[UserAccount]):
    language = forms.ChoiceField(label=_("Language"), choices=settings.LANGUAGES)

    class Meta:
        model = UserAccount
        fields = PROFILE_FIELDS
        widgets = {"birth_date": forms.DateInput({"type": "date"}, format="%Y-%m-%d")}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, value in _AUTOCOMPLETE.items():
            self.fields[name].widget.attrs["autocomplete"] = value
        for name in ("given_name", "family_name"):
            self.fields[name].required = True
        for name in self.locked():
            self.fields[name].disabled = True

    def locked(self) -> tuple[str, ...]:
        """Name and date of birth stay as an identity card proved them."""
        proven = self.instance.linked_identities.exists()
        return ("given_name", "family_name", "birth_date") if proven else ()


class DeletionForm(forms.Form):
    """Only whoever has read what happens deletes the account."""

    verstanden = forms.BooleanField(
        label=_("I have read what is deleted and what stays."),
        error_messages={"required": _("Please tick the box that you have read what happens.")},
    )
