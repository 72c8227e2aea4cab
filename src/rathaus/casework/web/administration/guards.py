"""Who gets in, and what all pages of the administration share."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from django import forms
from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext as _

from rathaus.identity.public import ActorRequest, Role, staff_required
from rathaus.kernel.public import clock

View = Callable[..., HttpResponse]
Trail = tuple[tuple[str, str], ...]

for_staff: Callable[[View], View] = staff_required
for_administrators: Callable[[View], View] = staff_required(role=Role.ADMINISTRATOR)


class DayField(forms.DateField):
    """A day, asked for by the browser's own calendar; typed as 4.12.2026 it is understood, too."""

    widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


def today() -> date:
    return clock.today()


def check_order(form: forms.Form, first: str, last: str) -> None:
    """The last day must not lie before the first."""
    begin, end = form.cleaned_data.get(first), form.cleaned_data.get(last)
    if begin and end and end < begin:
        form.add_error(last, _("The last day lies before the first. Please check both days."))


def add_errors(form: forms.Form, error: ValidationError) -> None:
    """Put the objections of a model beside the fields that they are about."""
    if not hasattr(error, "error_dict"):
        form.add_error(None, error)
        return
    known = {name: found for name, found in error.error_dict.items() if name in form.fields}
    for name, found in (known or error.error_dict).items():
        form.add_error(name if name in known and name != NON_FIELD_ERRORS else None, found)


def address_of(name: str) -> str:
    """The address of a page that may not be mounted in this town; empty then."""
    try:
        return reverse(name)
    except NoReverseMatch:
        return ""


def show_form(
    request: ActorRequest,
    form: forms.Form,
    *,
    title: str,
    submit: str,
    back: str,
    trail: Trail = (),
    intro: str = "",
) -> HttpResponse:
    """A page with one form; 422 where it was sent and is not right."""
    context = {
        "form": form, "title": title, "submit": submit, "back": back, "intro": intro,
        "trail": [*trail, (title, "")],
    }  # fmt: skip
    status = 422 if form.errors else 200
    return render(request, "casework/administration/form.html", context, status=status)
