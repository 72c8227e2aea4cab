"""The public catalogue: start page, search, services, offices."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from rathaus.blueprints import public as blueprints
from rathaus.identity.public import AssuranceLevel, OrganizationalUnit, actor_of, town, units
from rathaus.intake import public as intake
from rathaus.kernel.public import text
from rathaus.portal.queries import catalogue
from rathaus.portal.queries.hours import opening_hours

AUDIENCES = ("citizens", "businesses", "clubs")
MAX_QUERY = 200
_FRONT_OFFICE = "buergerbuero"


@require_safe
def start(request: HttpRequest) -> HttpResponse:
    """What would you like to get done?"""
    offers = catalogue.offers()
    front_office = OrganizationalUnit.objects.filter(code=_FRONT_OFFICE).first()
    hours = opening_hours(front_office.opening_hours) if front_office else []
    context = {
        "hide_search": True,
        "situations": _situations(),
        "most_used": catalogue.most_used(offers),
        "disturbed": [offer for offer in offers if not offer.is_active],
        "front_office": front_office,
        "hours": hours or opening_hours(town().opening_hours),
    }
    return render(request, "portal/start.html", context)


def _situations() -> list[dict[str, str]]:
    language = catalogue.language()
    return [
        {
            "key": entry.key,
            "icon": entry.icon or "home",
            "title": text.localized(entry.title, language),
            "summary": text.localized(entry.summary, language),
        }
        for entry in blueprints.life_situations().prefetch_related(None)
    ]


@require_safe
def search(request: HttpRequest) -> HttpResponse:
    """Services that fit the words; without any, ways that lead on."""
    query = " ".join(request.GET.get("q", "").replace("\x00", " ").split())[:MAX_QUERY]
    found = blueprints.search_services(query, catalogue.language())
    context = {
        "query": query,
        "offers": [catalogue.offer(service) for service in found],
        "hide_search": True,
    }
    return render(request, "portal/search.html", context)


@require_safe
def life_situation(request: HttpRequest, key: str) -> HttpResponse:
    situation = blueprints.life_situations().filter(key=key).first()
    if situation is None:
        raise Http404
    language = catalogue.language()
    offers = [catalogue.offer(service) for service in situation.services.all()]
    context = {
        "title": text.localized(situation.title, language),
        "summary": text.localized(situation.summary, language),
        "offers": sorted(offers, key=lambda entry: text.fold(entry.title)),
    }
    return render(request, "portal/life_situation.html", context)


@require_safe
def services(request: HttpRequest) -> HttpResponse:
    """All services from A to Z."""
    audience = request.GET.get("fuer", "")
    if audience not in AUDIENCES:
        audience = ""
    context = {"letters": catalogue.by_letter(catalogue.offers(audience)), "audience": audience}
    return render(request, "portal/services.html", context)


@require_safe
def offices(request: HttpRequest) -> HttpResponse:
    found = [
        {"unit": unit, "hours": opening_hours(unit.opening_hours), "level": unit.path.strip("/").count("/")}
        for unit in units()
    ]
    return render(request, "portal/offices.html", {"offices": found})


@require_safe
def service(request: HttpRequest, slug: str) -> HttpResponse:
    """Can I do it here and now, what do I need, what does it cost, how long does it take, start."""
    try:
        found = blueprints.service(slug)
    except blueprints.ServiceUnknown:
        raise Http404 from None
    assert found.current is not None  # service() finds only what has a version
    descriptor = catalogue.descriptor_of(found.current)
    actor = actor_of(request)
    needed = AssuranceLevel(descriptor.assurance)
    context = {
        "offer": catalogue.offer(found),
        "descriptor": descriptor,
        "unit": found.unit,
        "hours": opening_hours(found.unit.opening_hours),
        "is_online": "online" in descriptor.channels,
        "needs_sign_in": needed > AssuranceLevel.NONE,
        "needs_proof": needed > AssuranceLevel.LOW,
        "level": needed,
        "can_start": actor.assurance >= needed,
        "typical_days": intake.typical_duration_days(slug),
    }
    return render(request, "portal/service.html", context)
