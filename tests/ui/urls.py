"""One page with every component, faults on demand, and all addresses of the site."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from types import SimpleNamespace

from django import forms
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.template import RequestContext, Template
from django.urls import path

from rathaus.site import urls as site_urls
from rathaus.ui.fields import FormError

TEMPLATE = Path(__file__).with_name("components.html")


class EveryField(forms.Form):
    name = forms.CharField(label="Name", help_text="Vor- und Nachname")
    email = forms.EmailField(label="E-Mail", required=False)
    born = forms.DateField(label="Geburtsdatum", widget=forms.DateInput(attrs={"autocomplete": "bday"}))
    count = forms.IntegerField(label="Anzahl", required=False)
    text = forms.CharField(label="Begründung", widget=forms.Textarea)
    kind = forms.ChoiceField(label="Art", choices=[("a", "Erstens"), ("b", "Zweitens")])
    way = forms.ChoiceField(
        label="Weg", choices=[("post", "Post"), ("mail", "E-Mail")], widget=forms.RadioSelect
    )
    days = forms.MultipleChoiceField(
        label="Tage",
        choices=[("mo", "Montag"), ("di", "Dienstag")],
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    agree = forms.BooleanField(label="Ich habe die Hinweise gelesen.")
    proof = forms.FileField(label="Nachweis als Datei", required=False)


def address_parts() -> list[SimpleNamespace]:
    labels = {"street": "Straße", "house_number": "Hausnummer", "postcode": "Postleitzahl", "city": "Ort"}
    return [
        SimpleNamespace(
            key=key, label=label, value="", required=True, error="", autocomplete="", inputmode=""
        )
        for key, label in labels.items()
    ]


def components(request: HttpRequest, base: str) -> HttpResponse:
    moment = datetime(2026, 12, 4, 9, 30, tzinfo=UTC)
    form = EveryField({"name": "", "kind": "b", "way": "post", "days": ["mo"]})
    entry = {"at": moment, "actor_name": "Ute Beispiel", "text": "Antrag eingegangen", "icon": "mail"}
    context = {
        "base": f"ui/{base}.html",
        "form": form,
        "errors": [
            FormError("id_name", "Bitte geben Sie Ihren Namen an."),
            FormError("", "Bitte alles prüfen."),
        ],
        "trail": [("Haustiere", "/haustiere/"), ("Bauteile", "")],
        "items": [("Vorgang", "MU-2026-00001"), ("Eingang", "4. Dezember 2026")],
        "timeline": [
            entry,
            {**entry, "text": "In Prüfung", "state": "current"},
            {"text": "Bescheid", "state": "upcoming"},
        ],
        "tasks": [
            {
                "label": "Nachweis hochladen",
                "href": "/n",
                "status": "Offen",
                "status_kind": "warning",
                "hint": "PDF",
            },
            {"label": "Angaben prüfen", "href": "/a", "status": "Erledigt", "status_kind": "success"},
        ],
        "page": Paginator(range(100), 5).page(4),
        "address_parts": address_parts(),
        "files": [SimpleNamespace(name="impfpass.pdf", size=120_000, remove_name="remove", remove_value="1")],
        "day": date(2026, 12, 4),
        "moment": moment,
        "amount": Decimal("1234.5"),
        "names": {"de": "Hund", "en": "Dog"},
    }
    return HttpResponse(Template(TEMPLATE.read_text()).render(RequestContext(request, context)))


def desk(request: HttpRequest) -> HttpResponse:
    source = TEMPLATE.with_name("desk.html").read_text()
    context = {"names": ["Hund Bello", "Hund Rex", "Umzug Weg 3"]}
    return HttpResponse(Template(source).render(RequestContext(request, context)))


def process(request: HttpRequest) -> HttpResponse:
    return HttpResponse(TEMPLATE.with_name("process.bpmn").read_bytes(), content_type="application/xml")


def broken(request: HttpRequest) -> HttpResponse:
    raise RuntimeError("a fault of ours")


def forbidden(request: HttpRequest) -> HttpResponse:
    raise PermissionDenied


urlpatterns = [
    path("bauteile/<str:base>/", components),
    path("schreibtisch/", desk),
    path("prozess.bpmn", process),
    path("kaputt/", broken),
    path("verboten/", forbidden),
    *site_urls.urlpatterns,
]
handler400, handler403 = site_urls.handler400, site_urls.handler403
handler404, handler500 = site_urls.handler404, site_urls.handler500
