"""The forms of what one can do with a case."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django import forms
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from rathaus.engines.forms import public as form_engine
from rathaus.identity.public import (
    Actor,
    OrganizationalUnit,
    UserAccount,
    current_memberships,
    staff_of,
    units,
)
from rathaus.intake import public as intake
from rathaus.kernel.public import clock

ANSWER_DAYS = 14
LONG = 5_000


def _date_input() -> forms.DateInput:
    return forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


class CaseForm(forms.Form):
    """Knows for whom and for which case it is filled in."""

    def __init__(self, *args: Any, actor: Actor, application: intake.Application, **options: Any) -> None:
        super().__init__(*args, **options)
        self.actor = actor
        self.application = application
        self.prepare()

    def prepare(self) -> None:
        """Fill choices that depend on actor and case."""

    def clean_due_on(self) -> Any:
        due_on = self.cleaned_data["due_on"]
        if due_on < clock.today():
            raise forms.ValidationError(_t("Choose today or a later day."))
        return due_on


class AskForm(CaseForm):
    text = forms.CharField(
        label=_("Your question"),
        help_text=_("The applicant reads exactly these words."),
        widget=forms.Textarea(attrs={"rows": 6}),
        max_length=LONG,
    )
    due_on = forms.DateField(label=_("Answer until"), widget=_date_input())
    wants_documents = forms.BooleanField(label=_("Documents are needed"), required=False)

    def prepare(self) -> None:
        self.fields["due_on"].initial = clock.today() + timedelta(days=ANSWER_DAYS)


class ReplyForm(CaseForm):
    text = forms.CharField(
        label=_("What the applicant answered"),
        widget=forms.Textarea(attrs={"rows": 6}),
        max_length=LONG,
    )


class HandOnForm(CaseForm):
    unit = forms.ModelChoiceField(
        label=_("To which office"), queryset=OrganizationalUnit.objects.none(), empty_label=_("Please choose")
    )
    note = forms.CharField(
        label=_("Why"),
        help_text=_("Your colleagues read it; the applicant sees only the new office."),
        widget=forms.Textarea(attrs={"rows": 3}),
        max_length=1_000,
    )

    def prepare(self) -> None:
        field = self.fields["unit"]
        assert isinstance(field, forms.ModelChoiceField)
        field.queryset = units().exclude(pk=self.application.case.lead_unit_id)


def _people(actor: Actor, application: intake.Application) -> list[UserAccount]:
    unit_ids = {application.case.lead_unit_id, *actor.unit_ids, *actor.headed_unit_ids}
    return staff_of(unit_ids)


class AssignForm(CaseForm):
    person = forms.ChoiceField(label=_("To whom"))

    def prepare(self) -> None:
        field = self.fields["person"]
        assert isinstance(field, forms.ChoiceField)
        self.people = {str(person.pk): person for person in _people(self.actor, self.application)}
        field.choices = [
            ("", _t("Please choose")),
            *((key, person.name) for key, person in self.people.items()),
        ]


class CoSignatureForm(CaseForm):
    signer = forms.ChoiceField(
        label=_("Who shall co-sign"), help_text=_("A person, or whoever heads the office at the moment.")
    )
    text = forms.CharField(
        label=_("What for"), widget=forms.Textarea(attrs={"rows": 3}), max_length=1_000, required=False
    )
    is_required = forms.BooleanField(
        label=_("No decision before the co-signature"), required=False, initial=True
    )

    def prepare(self) -> None:
        field = self.fields["signer"]
        assert isinstance(field, forms.ChoiceField)
        heads: list[tuple[str, str]] = []
        people: dict[str, UserAccount] = {}
        for held in current_memberships().order_by("account__family_name", "account__given_name"):
            people[f"person:{held.account_id}"] = held.account
        self.people = {key: person for key, person in people.items() if person.pk != self.actor.account_id}
        self.units = {f"unit:{unit.pk}": unit for unit in units()}
        heads = [(key, _t("Head of %(unit)s") % {"unit": unit.name}) for key, unit in self.units.items()]
        field.choices = [
            ("", _t("Please choose")),
            *heads,
            *((key, person.name) for key, person in self.people.items()),
        ]


class FollowUpForm(CaseForm):
    due_on = forms.DateField(label=_("On which day"), widget=_date_input())
    text = forms.CharField(label=_("What for"), max_length=500)
    for_unit = forms.BooleanField(label=_("For the whole office, not only for me"), required=False)


class NoteForm(CaseForm):
    text = forms.CharField(
        label=_("File note"),
        help_text=_("It stays in the file. The applicant does not see it in the portal."),
        widget=forms.Textarea(attrs={"rows": 6}),
        max_length=20_000,
    )


class UploadForm(CaseForm):
    file = forms.FileField(label=_("File"), help_text=_("PDF, picture or office file."))
    title = forms.CharField(label=_("Title in the file"), max_length=200, required=False)
    visible_to_applicant = forms.BooleanField(label=_("The applicant may see it"), required=False)

    def clean(self) -> dict[str, Any]:
        """Store the file as soon as everything else is right."""
        cleaned: dict[str, Any] = super().clean() or {}
        sent = cleaned.get("file")
        if sent and not self.errors:
            try:
                cleaned["upload"] = form_engine.store_upload(
                    actor=self.actor,
                    draft=None,
                    field="file",
                    name=sent.name or "",
                    data=sent,
                    label=_t("File"),
                )
            except form_engine.UploadRefused as refused:
                self.add_error("file", str(refused))
        return cleaned


class WithdrawForm(CaseForm):
    reason = forms.CharField(
        label=_("How the applicant took it back"),
        help_text=_("For example: by telephone on 3 December."),
        widget=forms.Textarea(attrs={"rows": 3}),
        max_length=1_000,
    )


class CloseForm(CaseForm):
    reason = forms.CharField(
        label=_("Reason"),
        help_text=_("Needed while the process still runs: it ends here."),
        widget=forms.Textarea(attrs={"rows": 3}),
        max_length=1_000,
        required=False,
    )


class LetterForm(forms.Form):
    brief = forms.ChoiceField(label=_("Letter"))
    titel = forms.CharField(label=_("Heading"), max_length=150, required=False)
    text = forms.CharField(
        label=_("Text"), widget=forms.Textarea(attrs={"rows": 12}), max_length=20_000, required=False
    )
    only_free = ("titel", "text")

    def __init__(self, *args: Any, choices: list[tuple[str, str]], free: str, **options: Any) -> None:
        super().__init__(*args, **options)
        self.free = free
        field = self.fields["brief"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = choices

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        if cleaned.get("brief") == self.free:
            for name in self.only_free:
                if not cleaned.get(name, "").strip():
                    self.add_error(name, _t("Please fill this in for a letter with your own text."))
        return cleaned


class BeginEntryForm(forms.Form):
    channel = forms.ChoiceField(label=_("How does it reach you?"), widget=forms.RadioSelect)

    def __init__(self, *args: Any, channels: list[intake.Channel], **options: Any) -> None:
        super().__init__(*args, **options)
        field = self.fields["channel"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [(channel.value, channel.label) for channel in channels]
        field.initial = channels[0].value if channels else None
