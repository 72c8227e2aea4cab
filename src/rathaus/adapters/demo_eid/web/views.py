from __future__ import annotations

from urllib.parse import urlencode

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from rathaus.adapters.demo_eid.persons import KEY, PERSONS
from rathaus.adapters.demo_eid.provider import issue_code


@require_http_methods(["GET", "POST"])
@never_cache
def choose(request: HttpRequest) -> HttpResponse:
    """The page of the demo provider: pick a made-up person, or cancel."""
    if not settings.DEMO_IDENTITY:
        raise Http404
    if request.method == "POST":
        return _return_to_town(request.POST.get("state", ""), request.POST.get("person", ""))
    return render(
        request, "demo_eid/choose.html", {"persons": PERSONS.values(), "state": request.GET.get("state", "")}
    )


def _return_to_town(state: str, person: str) -> HttpResponse:
    """Always back to our own callback, whatever the form says."""
    answer = {"state": state}
    if person in PERSONS:
        answer["code"] = issue_code(state=state, person=person)
    callback = reverse("identity:eid_callback", args=[KEY])
    return HttpResponseRedirect(f"{callback}?{urlencode(answer)}")
