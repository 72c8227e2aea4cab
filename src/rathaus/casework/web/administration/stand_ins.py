"""Stand-ins: who works for whom, from when to when. Nobody has to switch anything on."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from django import forms
from django.contrib import messages
from django.db.models import Q
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext, gettext_lazy
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from rathaus.casework.queries.organization import (
    Person,
    absent_persons,
    employees,
    stand_ins_visible_to,
)
from rathaus.identity.public import (
    Actor,
    ActorRequest,
    Role,
    StandIn,
    UserAccount,
    appoint_stand_in,
    revoke_stand_in,
)

from .guards import DayField, check_order, for_staff, today

SHOWN_AFTERWARDS = timedelta(days=90)


class StandInForm(forms.Form):
    """One's own absence; who may do so for others chooses the person first."""

    absent = forms.ChoiceField(label=gettext_lazy("Who is absent?"), required=False)
    substitute = forms.ChoiceField(
        label=gettext_lazy("Who stands in?"),
        help_text=gettext_lazy("The person sees and works on the cases of the absent one in these days."),
        error_messages={"required": gettext_lazy("Please choose who stands in.")},
    )
    valid_from = DayField(label=gettext_lazy("First day"))
    valid_to = DayField(
        label=gettext_lazy("Last day"),
        required=False,
        help_text=gettext_lazy("Leave it empty if there is no end yet."),
    )
    note = forms.CharField(
        label=gettext_lazy("Note for the substitute"),
        max_length=200,
        required=False,
        help_text=gettext_lazy("What is urgent, where to look. Please no reasons for the absence."),
    )

    def __init__(self, *args: Any, actor: Actor, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._actor = actor
        self._people = {str(person.account.pk): person for person in employees()}
        others = absent_persons(actor, self._people.values())
        self.changeable = {actor.account_id, *(person.account.pk for person in others)}
        _offer(self.fields["substitute"], self._people.values(), gettext("Please choose"))
        self.fields["valid_from"].initial = today
        if others:
            _offer(self.fields["absent"], others, gettext("I myself"))
        else:
            del self.fields["absent"]

    def clean_substitute(self) -> UserAccount:
        return self._people[self.cleaned_data["substitute"]].account

    def clean(self) -> None:
        values = self.cleaned_data
        values["absent"] = self._absent(values.get("absent") or "")
        if values.get("substitute") == values["absent"]:
            self.add_error("substitute", gettext("Nobody can stand in for themselves."))
        check_order(self, "valid_from", "valid_to")
        if values.get("valid_to") and values["valid_to"] < today():
            self.add_error("valid_to", gettext("This day is over already."))

    def _absent(self, chosen: str) -> UserAccount:
        if chosen:
            return self._people[chosen].account
        assert self._actor.account_id is not None  # the page is for staff
        return UserAccount.objects.get(pk=self._actor.account_id)


def _offer(field: forms.Field, people: Iterable[Person], first: str) -> None:
    assert isinstance(field, forms.ChoiceField)
    field.choices = [("", first), *((str(person.account.pk), person.label) for person in people)]


@require_http_methods(["GET", "HEAD", "POST"])
@for_staff
def stand_ins(request: ActorRequest) -> HttpResponse:
    form = StandInForm(request.POST or None, actor=request.actor)
    if form.is_valid():
        stand_in = appoint_stand_in(actor=request.actor, **form.cleaned_data)
        names = {"substitute": stand_in.substitute, "absent": stand_in.absent}
        messages.success(request, _("Noted: %(substitute)s stands in for %(absent)s.") % names)
        return redirect("casework:admin_stand_ins")
    return _show(request, form)


def _show(request: ActorRequest, form: StandInForm) -> HttpResponse:
    now = today()
    rows = [row for row in stand_ins_visible_to(request.actor) if _is_shown(row)]
    everybody = request.actor.has_role(Role.ADMINISTRATOR)
    context = {
        "form": form,
        "running": [row for row in rows if row.valid_from <= now and not _is_over(row)],
        "planned": [row for row in rows if row.valid_from > now],
        "over": [row for row in rows if _is_over(row)],
        "revocable": {row.pk for row in rows if everybody or row.absent_id in form.changeable},
    }
    status = 422 if form.errors else 200
    return render(request, "casework/administration/stand_ins.html", context, status=status)


def _is_over(row: StandIn) -> bool:
    return row.valid_to is not None and row.valid_to < today()


def _is_shown(row: StandIn) -> bool:
    return row.valid_to is None or row.valid_to >= today() - SHOWN_AFTERWARDS


@require_POST
@for_staff
def revoke(request: ActorRequest, stand_in_id: int) -> HttpResponse:
    """Only what one may see exists; the service decides who may take it back."""
    lasting = Q(valid_to=None) | Q(valid_to__gte=today())
    found = get_object_or_404(stand_ins_visible_to(request.actor).filter(lasting), pk=stand_in_id)
    names = {"substitute": found.substitute, "absent": found.absent}
    revoke_stand_in(actor=request.actor, stand_in=found)
    messages.success(request, _("%(substitute)s no longer stands in for %(absent)s.") % names)
    return redirect("casework:admin_stand_ins")
