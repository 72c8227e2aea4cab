from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from rathaus.casework.web.administration.guards import DayField
from rathaus.engines.records import public as records
from rathaus.identity.public import UserAccount, staff_of


class ProtectionForm(forms.Form):
    """Who may open the case besides the head."""

    reason = forms.CharField(
        label=_("Why the case is protected"), max_length=500, widget=forms.Textarea(attrs={"rows": 3})
    )
    people = forms.MultipleChoiceField(
        label=_("Who may open it besides the head of the unit"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Name as few people as possible. Stand-ins of a named person do not get in."),
    )
    asks_purpose = forms.BooleanField(
        label=_("Ask everybody once a day what they read it for"), required=False
    )

    def __init__(self, case: records.Case, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        known = {account.pk: account for account in staff_of([case.lead_unit_id])}
        named = records.circle_of(case).account_ids - known.keys()
        known |= {account.pk: account for account in UserAccount.objects.filter(pk__in=named)}
        known.pop(case.applicant_id, None)  # type: ignore[arg-type]  # None is no key of it
        self._known = {str(key): account for key, account in known.items()}
        people = self.fields["people"]
        assert isinstance(people, forms.MultipleChoiceField)
        people.choices = [(key, account.name) for key, account in self._known.items()]
        if case.is_protected:
            del self.fields["reason"]

    def clean_people(self) -> list[UserAccount]:
        return [self._known[key] for key in self.cleaned_data["people"]]


class PurposeForm(forms.Form):
    purpose = forms.ChoiceField(
        label=_("What do you open this case for?"),
        choices=records.ReadPurpose.choices,
        widget=forms.RadioSelect,
        error_messages={"required": _("Please choose what you open the case for.")},
    )


class DisclosureForm(forms.Form):
    recipient = forms.CharField(label=_("Who asked"), max_length=250)
    note = forms.CharField(
        label=_("What was asked, what was disclosed or refused, on which legal basis"),
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 4}),
    )
    outcome = forms.ChoiceField(
        label=_("Result"),
        choices=[("refused", _("refused")), ("disclosed", _("disclosed"))],
        widget=forms.RadioSelect,
    )
    is_confirmed = forms.BooleanField(
        label=_("I have examined that the disclosure is lawful and endangers nobody"), required=False
    )


class HoldForm(forms.Form):
    reason = forms.CharField(
        label=_("Why the file must not be deleted"), max_length=500, widget=forms.Textarea(attrs={"rows": 3})
    )


class BlockForm(forms.Form):
    """A block on the applicant of a case; with an account, on the person in all cases."""

    case_reference = forms.CharField(
        label=_("Case reference"),
        max_length=80,
        help_text=_("Of any case of this person. The block then holds for all cases of their account."),
    )
    kind = forms.ChoiceField(label=_("Kind"), choices=records.BlockKind.choices, widget=forms.RadioSelect)
    valid_until = DayField(label=_("Last day"))
    source = forms.CharField(
        label=_("Who ordered it"),
        max_length=200,
        help_text=_("For example the residents' registration office."),
    )
    reason = forms.CharField(label=_("Note"), max_length=500, required=False)

    def clean_case_reference(self) -> records.Case:
        reference = self.cleaned_data["case_reference"].strip()
        case = records.Case.objects.select_related("applicant", "dossier").filter(case_reference=reference)
        found = case.first()
        if found is None:
            raise forms.ValidationError(_("There is no case with this reference. Please check it."))
        return found
