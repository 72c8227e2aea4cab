"""The pages of one case about protection: circle, readings, disclosures, hold."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from rathaus.casework.queries.readings import readings_of
from rathaus.casework.services import protection as service
from rathaus.casework.web.frame import frame
from rathaus.casework.web.guard import with_case
from rathaus.casework.web.reading import keep_purpose
from rathaus.engines.records import public as records
from rathaus.identity.public import ActorRequest, UserAccount, policies
from rathaus.intake import public as intake

from .forms import DisclosureForm, HoldForm, ProtectionForm, PurposeForm

GET_OR_POST = ["GET", "HEAD", "POST"]


@require_http_methods(GET_OR_POST)
@with_case
def protection(request: ActorRequest, application: intake.Application) -> HttpResponse:
    """Who may open the case, who has read it, and what was disclosed; the head changes it here."""
    case = application.case
    may_protect = policies.allows(request.actor, "records.protect_case", case)
    if request.method == "POST":
        policies.check(request.actor, "records.protect_case", case)
    form = ProtectionForm(case, request.POST or None, initial=_initial(case)) if may_protect else None
    if form is not None and request.method == "POST" and form.is_valid():
        try:
            service.protect(actor=request.actor, case=case, **{"reason": "", **form.cleaned_data})
        except records.ProtectionRefused as refused:
            form.add_error(None, str(refused))
        else:
            messages.success(request, _("Saved. Only the circle below opens this case from now on."))
            return redirect("casework:protection", case.pk)
    circle = records.circle_of(case) if case.is_protected else None
    context = {
        **frame(request, application, "protection"),
        "form": form,
        "protection": records.CaseProtection.objects.filter(case=case).first(),
        "people": UserAccount.objects.filter(pk__in=circle.account_ids) if circle else (),
        "readings": readings_of([case]) if case.is_protected else (),
        "disclosures": case.disclosures.all(),
        "hold": records.Hold.objects.filter(dossier_id=case.dossier_id, lifted_at=None).first(),
        "hold_form": HoldForm(),
    }
    status = 422 if form is not None and form.errors else 200
    return render(request, "casework/privacy/case.html", context, status=status)


def _initial(case: records.Case) -> dict[str, object]:
    found = records.CaseProtection.objects.filter(case=case).first()
    people = [str(key) for key in records.circle_of(case).account_ids]
    return {"people": people, "asks_purpose": bool(found and found.asks_purpose)}


@require_POST
@with_case
def lift(request: ActorRequest, application: intake.Application) -> HttpResponse:
    try:
        service.lift(actor=request.actor, case=application.case)
        messages.success(request, _("The case is no longer especially protected."))
    except records.ProtectionRefused as refused:
        messages.warning(request, str(refused))
    return redirect("casework:protection", application.case_id)


@require_POST
@with_case
def hold(request: ActorRequest, application: intake.Application) -> HttpResponse:
    """Place a hold, or lift the one that stands."""
    case = application.case
    try:
        if request.POST.get("aufheben"):
            records.lift_hold(actor=request.actor, case=case)
            messages.success(request, _("The hold is lifted; the retention period counts again."))
        else:
            records.place_hold(actor=request.actor, case=case, reason=request.POST.get("reason", ""))
            messages.success(request, _("The file is kept from deletion until you lift the hold."))
    except records.DisposalRefused as refused:
        messages.warning(request, str(refused))
    return redirect("casework:protection", case.pk)


@require_http_methods(GET_OR_POST)
@with_case
def disclosure(request: ActorRequest, application: intake.Application) -> HttpResponse:
    """A third party has asked about this person: what was answered, and why."""
    form = DisclosureForm(request.POST or None)
    if form.is_valid():
        try:
            records.note_disclosure(
                actor=request.actor,
                case=application.case,
                recipient=form.cleaned_data["recipient"],
                note=form.cleaned_data["note"],
                was_refused=form.cleaned_data["outcome"] == "refused",
                is_confirmed=form.cleaned_data["is_confirmed"],
            )
        except records.ProtectionRefused as refused:
            form.add_error("is_confirmed", str(refused))
        else:
            messages.success(request, _("Noted in the case."))
            return redirect("casework:protection", application.case_id)
    return _form(request, application, form, _("Note a disclosure or refusal"), _("Save"))


def _ask_purpose(request: ActorRequest, application: intake.Application) -> HttpResponse:
    """The question before a protected case opens."""
    form = PurposeForm(request.POST or None)
    if form.is_valid():
        keep_purpose(request, application.case, form.cleaned_data["purpose"])
        return redirect("casework:case", application.case_id)
    context = {"form": form, "case": application.case, "title": _("This case is especially protected")}
    return render(request, "casework/privacy/purpose.html", context, status=422 if form.errors else 200)


_ask_purpose.asks_for_purpose = True  # type: ignore[attr-defined]  # read by the guard, which else asks in circles
read_purpose = require_http_methods(GET_OR_POST)(with_case(_ask_purpose))


def _form(
    request: ActorRequest, application: intake.Application, form: DisclosureForm, title: str, submit: str
) -> HttpResponse:
    context = {
        **frame(request, application, "protection"),
        "form": form,
        "title": title,
        "submit": submit,
        "back": reverse("casework:case", args=[application.case_id]),
    }
    return render(request, "casework/privacy/form.html", context, status=422 if form.errors else 200)
