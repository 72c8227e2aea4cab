"""Search over the cases that one may open."""

from __future__ import annotations

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from rathaus.casework.queries.services import service_titles
from rathaus.engines.records import public as records
from rathaus.identity.public import ActorRequest, staff_required

HITS_A_PAGE = 30


@require_safe
@staff_required
def search(request: ActorRequest) -> HttpResponse:
    words = request.GET.get("q", "").strip()[:200]
    found = records.search_cases(request.actor, words) if words else records.Case.objects.none()
    if request.actor.account_id is not None:
        found = found.exclude(applicant_id=request.actor.account_id)
    page = Paginator(found, HITS_A_PAGE).get_page(request.GET.get("seite"))
    context = {"words": words, "page": page, "titles": service_titles()}
    return render(request, "casework/search.html", context)
