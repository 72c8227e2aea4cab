"""Aussonderung: the lists, deciding, confirming, handing over to the archive, the record."""

from __future__ import annotations

from uuid import UUID

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from rathaus.casework.queries.disposal import as_csv
from rathaus.casework.web.pdf import file_response
from rathaus.engines.records import public as records
from rathaus.identity.public import ActorRequest, Role, staff_required

SHOWN = 100


def _may_enter(request: ActorRequest) -> bool:
    actor = request.actor
    return actor.has_role(Role.RECORDS_MANAGER) or bool(actor.headed_unit_ids)


def _list_or_404(request: ActorRequest, list_id: UUID) -> records.DisposalList:
    made = records.lists_for(request.actor).filter(pk=list_id).first()
    if made is None:
        raise Http404
    return made


@require_safe
@staff_required
def lists(request: ActorRequest) -> HttpResponse:
    """Everything that is to be decided or was disposed of."""
    if not _may_enter(request):
        raise PermissionDenied("records.dispose")
    context = {"lists": records.lists_for(request.actor)[:SHOWN]}
    return render(request, "casework/privacy/disposal_lists.html", context)


@require_safe
@staff_required
def disposal(request: ActorRequest, list_id: UUID) -> HttpResponse:
    """One list: the dossiers with what is proposed and decided for each."""
    made = _list_or_404(request, list_id)
    items = list(made.items.all())
    context = {
        "list": made,
        "items": items,
        "decisions": [choice for choice in records.DisposalDecision.choices if choice[0] != "undecided"],
        "may_decide": made.state in ("open", "decided"),
        "may_confirm": made.state == "decided" and made.decided_by != request.actor.audit_name,
        "counts": {
            choice: sum(item.decision == choice for item in items)
            for choice in ("destroy", "archive", "keep")
        },
    }
    return render(request, "casework/privacy/disposal.html", context)


@require_POST
@staff_required
def decide(request: ActorRequest, list_id: UUID) -> HttpResponse:
    made = _list_or_404(request, list_id)
    try:
        records.decide_disposal(actor=request.actor, list_id=made.pk, choices=_choices(request, made))
        messages.success(request, _("Saved. Once everything is decided, a second person confirms."))
    except (records.DisposalRefused, ValueError) as refused:
        messages.warning(request, _reason(refused))
    return redirect("casework:disposal", made.pk)


def _choices(request: ActorRequest, made: records.DisposalList) -> dict[int, records.Choice]:
    found = {}
    for item_id in made.items.values_list("pk", flat=True):
        decision = request.POST.get(f"entscheidung-{item_id}", "")
        day = request.POST.get(f"bis-{item_id}", "")
        if decision in ("destroy", "archive", "keep"):
            keep_until = forms.DateField().to_python(day) if day and decision == "keep" else None
            found[item_id] = records.Choice(decision, keep_until)
    return found


def _reason(refused: ValueError) -> str:
    if isinstance(refused, records.DisposalRefused):
        return str(refused)
    return _("A day is not readable. Please write it like 31.12.2040.")


@require_POST
@staff_required
def confirm(request: ActorRequest, list_id: UUID) -> HttpResponse:
    """The second person: carry it out, or give the list back."""
    made = _list_or_404(request, list_id)
    try:
        if request.POST.get("zurueck"):
            records.return_disposal(actor=request.actor, list_id=made.pk)
            messages.success(request, _("The list is open again."))
        else:
            records.confirm_disposal(actor=request.actor, list_id=made.pk)
            messages.success(
                request, _("Confirmed. The files are being deleted; this page shows the result.")
            )
    except records.DisposalRefused as refused:
        messages.warning(request, str(refused))
    return redirect("casework:disposal", made.pk)


@require_safe
@staff_required
def record(request: ActorRequest, list_id: UUID) -> HttpResponse:
    """Löschprotokoll: one line for each case, without personal data."""
    made = _list_or_404(request, list_id)
    headers = {
        "Content-Disposition": f'attachment; filename="loeschprotokoll-{made.number}.csv"',
        "Cache-Control": "private, no-store",
        "X-Content-Type-Options": "nosniff",
    }
    return HttpResponse(as_csv(made), content_type="text/csv; charset=utf-8", headers=headers)


@require_safe
@staff_required
def package(request: ActorRequest, list_id: UUID, item_id: int) -> HttpResponse:
    """What the archive receives of one dossier; the download is noted."""
    item = _list_or_404(request, list_id).items.filter(pk=item_id).select_related("package").first()
    if item is None or item.package is None:
        raise Http404
    records.note_package_taken(actor=request.actor, item=item)
    name = f"abgabe-{item.file_reference.replace('/', '-')}.zip"
    return file_response(request, item.package, name, "application/zip", save=True)


@require_POST
@staff_required
def handed_over(request: ActorRequest, list_id: UUID, item_id: int) -> HttpResponse:
    """The archive has it: now it is destroyed here."""
    made = _list_or_404(request, list_id)
    if not made.items.filter(pk=item_id).exists():
        raise Http404
    try:
        records.confirm_transfer(actor=request.actor, item_id=item_id)
        messages.success(request, _("Noted. The file is now deleted here."))
    except records.DisposalRefused as refused:
        messages.warning(request, str(refused))
    return redirect("casework:disposal", made.pk)
