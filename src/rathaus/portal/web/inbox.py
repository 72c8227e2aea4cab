"""Postfach: decisions and messages, readable at once, the PDF beside them."""

from __future__ import annotations

from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from rathaus.engines.correspondence import public as correspondence
from rathaus.identity.public import actor_of, citizen_required
from rathaus.ui.public import page_of

MESSAGES_A_PAGE = 20


@require_safe
@citizen_required
def inbox(request: HttpRequest) -> HttpResponse:
    messages = correspondence.inbox_of(actor_of(request))
    page = page_of(request, messages, moment="created_at", size=MESSAGES_A_PAGE)
    return render(request, "portal/inbox.html", {"page": page})


@require_safe
@citizen_required
def message(request: HttpRequest, message_id: UUID) -> HttpResponse:
    """One message. Opening it marks it as read."""
    actor = actor_of(request)
    try:
        found = correspondence.message_for(actor, message_id)
    except correspondence.MessageNotFound:
        raise Http404 from None
    if found.read_at is None:
        correspondence.mark_read(actor=actor, message=found)
    return render(request, "portal/message.html", {"message": found, "letter": found.letter})
