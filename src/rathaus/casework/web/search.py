"""Search over the cases that one may open."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from rathaus.casework.queries.services import service_titles
from rathaus.engines.records import public as records
from rathaus.identity.public import ActorRequest, staff_required

HITS_A_PAGE = 30
MAX_KEY = 2**62


@require_safe
@staff_required
def search(request: ActorRequest) -> HttpResponse:
    """The newest hits first, page by page; how many there are in all is only said where they fit on one page."""
    words = request.GET.get("q", "").strip()[:200]
    before = _before(request)
    hits = records.found_cases(request.actor, words, before=before, count=HITS_A_PAGE)
    context = {
        "words": words,
        "hits": hits,
        "is_first": before is None,
        "count": len(hits.cases),
        "titles": service_titles(),
    }
    return render(request, "casework/search.html", context)


def _before(request: ActorRequest) -> int | None:
    wanted = request.GET.get("vor", "")
    return min(int(wanted), MAX_KEY) if wanted.isdecimal() and len(wanted) < 20 else None
