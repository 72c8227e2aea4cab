"""The administrators' switch of maintenance mode."""

from __future__ import annotations

from collections.abc import Callable

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from rathaus.identity.public import ActorRequest, Role, staff_required
from rathaus.operations import maintenance as service

View = Callable[..., HttpResponse]
for_administrators: Callable[[View], View] = staff_required(role=Role.ADMINISTRATOR)


class MaintenanceForm(forms.Form):
    text = forms.CharField(
        label=gettext_lazy("What people are told"),
        max_length=service.MAX_TEXT,
        required=False,
        help_text=gettext_lazy("Stands at the top of every page. Left empty, a general text stands there."),
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    until = forms.DateTimeField(
        label=gettext_lazy("Expected to last until"),
        required=False,
        help_text=gettext_lazy("For example 4.12.2026 18:30. Nothing ends by itself."),
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
        input_formats=["%Y-%m-%dT%H:%M", "%d.%m.%Y %H:%M", "%Y-%m-%d %H:%M"],
        error_messages={"invalid": gettext_lazy("Please enter day and time, for example 4.12.2026 18:30.")},
    )
    is_desk_closed = forms.BooleanField(
        label=gettext_lazy("Close the desk as well; otherwise clerks can read, but change nothing"),
        required=False,
    )


@require_http_methods(["GET", "HEAD", "POST"])
@for_administrators
def maintenance(request: ActorRequest) -> HttpResponse:
    if request.method == "POST" and request.POST.get("action") == "end":
        return _end(request)
    state = service.refresh()
    initial = {
        "text": state.text,
        "until": localtime(state.until) if state.until else None,
        "is_desk_closed": state.is_desk_closed,
    }
    form = MaintenanceForm(request.POST if request.method == "POST" else None, initial=initial)
    if request.method == "POST" and form.is_valid() and _begin(request, form):
        messages.success(request, _("Saved. Every page knows it within a few seconds."))
        return redirect("operations:maintenance")
    context = {"form": form, "state": state}
    return render(request, "operations/maintenance.html", context, status=422 if form.errors else 200)


def _begin(request: ActorRequest, form: MaintenanceForm) -> bool:
    try:
        service.begin(actor=request.actor, **form.cleaned_data)
    except ValidationError as error:
        form.add_error(None, error)
        return False
    return True


def _end(request: ActorRequest) -> HttpResponse:
    if service.end(actor=request.actor):
        messages.success(
            request, _("Maintenance mode has ended. Everything works again within a few seconds.")
        )
    else:
        messages.info(request, _("Maintenance mode was off already."))
    return redirect("operations:maintenance")
