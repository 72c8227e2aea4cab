"""My account: cases, drafts, documents."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from rathaus.engines.correspondence import public as correspondence
from rathaus.engines.forms import public as forms
from rathaus.engines.records import public as records
from rathaus.identity.public import Actor, actor_of, citizen_required
from rathaus.portal.queries import catalogue
from rathaus.portal.queries.cases import card_of, own_cases
from rathaus.portal.web.files import file_response
from rathaus.ui.public import page_of

CASES_A_PAGE = 20
DOCUMENTS_A_PAGE = 30
SHOWN_DRAFTS = 20
SHOWN_MESSAGES = 3


@dataclass(frozen=True, slots=True)
class DraftCard:
    id: UUID
    slug: str
    title: str
    updated_on: date
    expires_on: date


@require_safe
@citizen_required
def overview(request: HttpRequest) -> HttpResponse:
    """Everything of mine at one look, the open things first."""
    actor = actor_of(request)
    page = page_of(request, own_cases(actor), moment="opened_at", size=CASES_A_PAGE)
    cards = [card_of(case) for case in page.rows]
    context = {
        "waiting": [card for card in cards if card.has_question and not card.has_ended],
        "running": [card for card in cards if not card.has_question and not card.has_ended],
        "ended": [card for card in cards if card.has_ended],
        "page": page,
        "drafts": drafts_of(actor),
        "unread": list(correspondence.inbox_of(actor).filter(read_at=None)[:SHOWN_MESSAGES]),
        "name": actor.name,
    }
    return render(request, "portal/overview.html", context)


def drafts_of(actor: Actor) -> list[DraftCard]:
    language = catalogue.language()
    return [
        DraftCard(
            id=draft.pk,
            slug=draft.purpose,
            title=forms.compiled(draft.form_version).title(language),
            updated_on=draft.updated_at,
            expires_on=draft.expires_on,
        )
        for draft in forms.drafts_of(actor).exclude(purpose="")[:SHOWN_DRAFTS]
    ]


@require_safe
@citizen_required
def documents(request: HttpRequest) -> HttpResponse:
    """All documents of my cases that are meant for me, newest first."""
    found = records.Document.objects.filter(
        case__in=records.own_cases(actor_of(request)), visible_to_applicant=True
    ).select_related("case")
    page = page_of(request, found, moment="created_at", size=DOCUMENTS_A_PAGE)
    return render(request, "portal/documents.html", {"page": page})


@require_safe
@citizen_required
def download(request: HttpRequest, document_id: UUID) -> HttpResponse:
    """A document of one of my cases; for all others there is nothing here."""
    actor = actor_of(request)
    try:
        version = records.document_version_for(actor, document_id)
    except records.DocumentNotFound:
        raise Http404 from None
    if version.document.case.applicant_id != actor.account_id:
        raise Http404  # staff open the documents of others at their desk
    save = request.GET.get("sichern") == "1"
    return file_response(request, version.blob, version.file_name, version.media_type, save=save)
