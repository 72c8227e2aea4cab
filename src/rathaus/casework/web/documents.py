"""The documents of a case, with one of them shown beside the list."""

from __future__ import annotations

from uuid import UUID

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from rathaus.casework.web.frame import frame
from rathaus.casework.web.guard import with_case
from rathaus.casework.web.pdf import file_response
from rathaus.engines.forms import public as forms
from rathaus.engines.records import public as records
from rathaus.identity.public import ActorRequest
from rathaus.intake import public as intake
from rathaus.ui.public import SHOWN


@require_safe
@with_case
def documents(request: ActorRequest, application: intake.Application) -> HttpResponse:
    """The list, and the document that was chosen (else the first that can be shown)."""
    versions = _latest(request, application.case)
    wanted = request.GET.get("dokument", "")
    chosen = next((version for version in versions if str(version.document_id) == wanted), None)
    shown = chosen or next((version for version in versions if version.media_type in SHOWN), None)
    held = forms.held_files(version.blob_id for version in versions)
    context = {
        **frame(request, application, "documents"),
        "held": held,
        "shown_state": held.get(shown.blob_id, "") if shown else "",
        "versions": versions,
        "shown": shown,
        "can_show": shown is not None and shown.media_type in SHOWN,
        "is_picture": shown is not None and shown.media_type.startswith("image/"),
    }
    return render(request, "casework/documents.html", context)


def _latest(request: ActorRequest, case: records.Case) -> list[records.DocumentVersion]:
    """The last version of each document, in one query."""
    visible = records.documents_of(request.actor, case).prefetch_related(None).order_by()
    versions = (
        records.DocumentVersion.objects.filter(document__in=visible)
        .select_related("document")
        .order_by("document__created_at", "document_id", "number")
    )
    return list({version.document_id: version for version in versions}.values())


@require_safe
@with_case
def content(request: ActorRequest, application: intake.Application, document_id: UUID) -> HttpResponse:
    """One document's file."""
    try:
        version = records.document_version_for(request.actor, document_id)
    except records.DocumentNotFound:
        raise Http404 from None
    if version.document.case_id != application.case_id:
        raise Http404
    save = request.GET.get("sichern") == "1"
    return file_response(request, version.blob, version.file_name, version.media_type, save=save)
