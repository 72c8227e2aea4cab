"""Auskunft for people without an account: search, check who asks, hand out."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from rathaus.casework.rules import ANSWER_SUBJECT
from rathaus.casework.services import subject_requests as service
from rathaus.casework.web.administration.guards import DayField
from rathaus.identity.public import ActorRequest, policies, staff_required

HAND_OUT = "herausgeben"


class SubjectForm(forms.Form):
    """Who asks."""

    email = forms.EmailField(label=_("E-mail address"), required=False)
    family_name = forms.CharField(label=_("Family name"), max_length=150, required=False)
    given_name = forms.CharField(label=_("Given name"), max_length=150, required=False)
    birth_date = DayField(label=_("Date of birth"), required=False)

    def person(self) -> service.Person:
        given = self.cleaned_data
        return service.Person(
            email=given["email"].strip(),
            family_name=given["family_name"].strip(),
            given_name=given["given_name"].strip(),
            birth_date=given["birth_date"],
        )


class HandOutForm(forms.Form):
    identity_check = forms.CharField(
        label=_("How you made sure who asks"),
        max_length=200,
        help_text=_(
            "For example: identity card seen at the counter. Please no names and no numbers of cards."
        ),
    )


@require_http_methods(["GET", "HEAD", "POST"])
@staff_required
def subject_request(request: ActorRequest) -> HttpResponse:
    """The search with its references; with the check noted, the archive. By POST: names stand in no address."""
    if not policies.allows(request.actor, ANSWER_SUBJECT):
        raise PermissionDenied(ANSWER_SUBJECT)
    form = SubjectForm(request.POST if request.method == "POST" else None)
    check = HandOutForm(request.POST if HAND_OUT in request.POST else None)
    context: dict[str, Any] = {"form": form, "check": check, "hand_out": HAND_OUT}
    if form.is_valid():
        try:
            if HAND_OUT in request.POST and check.is_valid():
                return _archive(request, form.person(), check.cleaned_data["identity_check"])
            context["found"] = service.look_up(actor=request.actor, person=form.person())
        except service.RequestRefused as refused:
            form.add_error(None, str(refused))
    status = 422 if form.errors or check.errors else 200
    return render(request, "casework/privacy/subject.html", context, status=status)


def _archive(request: ActorRequest, person: service.Person, identity_check: str) -> HttpResponse:
    content = service.hand_out(actor=request.actor, person=person, identity_check=identity_check)
    headers = {
        "Content-Disposition": 'attachment; filename="auskunft.zip"',
        "Cache-Control": "private, no-store",
        "X-Content-Type-Options": "nosniff",
    }
    return HttpResponse(content, content_type="application/zip", headers=headers)
