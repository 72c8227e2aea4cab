"""Incidents for administrators: see, try again, resolve. Nothing of the case's contents is shown here."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from rathaus.identity.public import ActorRequest, Role, policies, staff_required
from rathaus.ui.public import page_of

from .. import expressions
from ..engine.compiled import process_of
from ..enums import IncidentState
from ..models import Incident
from ..queries.incidents import incident as find_incident
from ..queries.incidents import open_incidents
from ..services.incidents import IncidentClosed, InvalidResolution, resolve_incident, retry_incident
from .forms import ResolveForm

PAGE_SIZE = 50
View = Callable[..., HttpResponse]


def _for_administrators(view: View) -> View:
    @wraps(view)
    def guarded(request: ActorRequest, incident_id: UUID | None = None) -> HttpResponse:
        policies.check(request.actor, "processes.see_incidents")
        if incident_id is None:
            return view(request)
        found = find_incident(incident_id)
        if found is None:
            raise Http404
        return view(request, found)

    protected: View = staff_required(guarded, role=Role.ADMINISTRATOR)
    return protected


@require_safe
@_for_administrators
def incidents(request: ActorRequest) -> HttpResponse:
    page = page_of(request, open_incidents(), moment="raised_at", size=PAGE_SIZE)
    rows = [(found, element_name(found)) for found in page.rows]
    return render(request, "processes/incidents.html", {"page": page, "rows": rows})


@require_safe
@_for_administrators
def incident(request: ActorRequest, found: Incident) -> HttpResponse:
    return _show(request, found, ResolveForm(incident=found))


@require_POST
@_for_administrators
def retry(request: ActorRequest, found: Incident) -> HttpResponse:
    try:
        retry_incident(actor=request.actor, incident_id=found.pk)
    except IncidentClosed as error:
        messages.warning(request, str(error))
    else:
        messages.success(request, _("The step was tried again. If it fails again, a new incident appears."))
    return redirect("processes:incidents")


@require_POST
@_for_administrators
def resolve(request: ActorRequest, found: Incident) -> HttpResponse:
    form = ResolveForm(request.POST, incident=found)
    if not form.is_valid():
        return _show(request, found, form, status=422)
    try:
        resolve_incident(
            actor=request.actor,
            incident_id=found.pk,
            outputs=expressions.load(form.cleaned_data.get("outputs") or {}),
            note=form.cleaned_data["note"],
            flow=form.cleaned_data.get("flow") or None,
        )
    except (IncidentClosed, InvalidResolution) as error:
        messages.warning(request, str(error))
    else:
        messages.success(request, _("The incident is resolved, the process goes on."))
    return redirect("processes:incidents")


def _show(request: ActorRequest, found: Incident, form: ResolveForm, status: int = 200) -> HttpResponse:
    details = [
        (_("Process"), f"{found.instance.version.name} ({found.instance.version.number})"),
        (_("Step"), element_name(found)),
        (_("Kind"), found.get_kind_display()),
        (_("Case"), found.instance.subject),
        (_("Message"), found.message),
    ]
    context = {
        "incident": found,
        "details": details,
        "form": form,
        "is_open": found.state == IncidentState.OPEN,
    }
    return render(request, "processes/incident.html", context, status=status)


def element_name(found: Incident) -> str:
    element = process_of(found.instance.version_id).elements.get(found.element_id)
    return element.label if element is not None else found.element_id
