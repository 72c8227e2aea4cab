"""What everybody sees: start page, search, services, offices, legal pages."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from rathaus.blueprints.public import service, switch_service
from rathaus.engines.records.public import Case
from rathaus.identity.public import SYSTEM, unit_by_code
from rathaus.kernel.public import clock
from tests.factories import identity, portal, records
from tests.factories.identity import Cast


@pytest.fixture
def catalogue(cast: Cast) -> None:
    portal.set_life_situations()
    portal.install_service("hund-anmelden")
    portal.install_service("wohnberatung")


def text(client: Client, path: str) -> str:
    answer = client.get(path)
    assert answer.status_code == 200
    return answer.content.decode()


def test_the_start_page(client: Client, catalogue: None) -> None:
    page = text(client, "/")
    for expected in ("Was möchten Sie erledigen?", "Haustiere", "Hunde anmelden", "Bürgerbüro"):
        assert expected in page
    assert "Heute gestört" not in page


def test_the_start_page_says_what_is_disturbed(client: Client, catalogue: None) -> None:
    switch_service(actor=SYSTEM, service=service("wohnberatung"), is_active=False, reason={"de": "Pause."})
    page = text(client, "/")
    assert "Heute gestört" in page
    assert "Pause." in page


def test_often_used_services_come_first(client: Client, catalogue: None) -> None:
    assert client.get("/").context["most_used"][0].slug == "hund-anmelden"
    records.case(case_type="wohnberatung")
    from django.core.cache import caches

    caches["pages"].clear()
    assert client.get("/").context["most_used"][0].slug == "wohnberatung"


@pytest.mark.parametrize("query", ["hund", "Hundesteuer", "hund steuer", "Hundd", "HUNDE"])
def test_search_forgives(client: Client, catalogue: None, query: str) -> None:
    answer = client.get("/suche/", {"q": query})
    assert [offer.slug for offer in answer.context["offers"]][:1] == ["hund-anmelden"]


@pytest.mark.parametrize("query", ["xyzzy", "", "<script>alert(1)</script>", "\x00", "a" * 5000])
def test_search_without_a_result_leads_on(client: Client, catalogue: None, query: str) -> None:
    page = text(client, f"/suche/?q={query}")
    assert "/leistungen/" in page
    assert "<script>alert" not in page


def test_a_life_situation(client: Client, catalogue: None) -> None:
    assert "Hunde anmelden" in text(client, "/lebenslagen/haustiere/")
    assert client.get("/lebenslagen/gibt-es-nicht/").status_code == 404


def test_services_from_a_to_z(client: Client, catalogue: None) -> None:
    page = client.get("/leistungen/")
    assert [letter for letter, _ in page.context["letters"]] == ["H", "W"]
    assert client.get("/leistungen/?fuer=businesses").context["letters"] == []
    assert client.get("/leistungen/?fuer=unsinn").context["audience"] == ""


def test_offices(client: Client, catalogue: None) -> None:
    page = text(client, "/aemter/")
    assert unit_by_code("leitstelle-aelterwerden").email in page
    assert "8–12 Uhr" in page


def test_a_service_in_the_order_of_questions(client: Client, catalogue: None) -> None:
    page = text(client, "/leistungen/hund-anmelden/")
    wanted = (
        "Hier und jetzt?", "Was Sie brauchen", "Was es kostet", "Wie lange es dauert", "Anmelden und beginnen",
        "Worum es geht", "So läuft es ab", "Rechtsgrundlagen",
    )  # fmt: skip
    places = [page.index(words) for words in wanted]
    assert places == sorted(places)
    assert client.get("/leistungen/gibt-es-nicht/").status_code == 404


def test_a_service_without_account_begins_at_once(client: Client, catalogue: None) -> None:
    page = text(client, "/leistungen/wohnberatung/")
    assert "Ja, online und ohne Konto." in page
    assert 'action="/leistungen/wohnberatung/antrag/"' in page


def test_how_long_it_takes_comes_from_real_cases(client: Client, catalogue: None) -> None:
    for days in (2, 3, 3, 4, 9):
        case = records.case()
        Case.objects.filter(pk=case.pk).update(decided_at=clock.now() + timedelta(days=days))
    assert "Meist 3 Tage" in text(client, "/leistungen/hund-anmelden/")


def test_a_service_that_is_off_says_why(client: Client, catalogue: None) -> None:
    switch_service(
        actor=SYSTEM, service=service("hund-anmelden"), is_active=False, reason={"de": "Umzug des Amts."}
    )
    page = text(client, "/leistungen/hund-anmelden/")
    assert "Umzug des Amts." in page
    assert "beginnen" not in page


@pytest.mark.parametrize("path", ["/impressum/", "/datenschutz/", "/barrierefreiheit/"])
def test_legal_pages(client: Client, cast: Cast, path: str) -> None:
    identity.town(name="Musterstadt", email="stadt@example.org", street="Am Markt", house_number="1")
    page = text(client, path)
    assert "Musterstadt" in page
    assert "stadt@example.org" in page


def test_english_is_complete(client: Client, catalogue: None) -> None:
    client.cookies["django_language"] = "en"
    page = text(client, "/leistungen/hund-anmelden/")
    for expected in ("Register a dog", "What you need", "Sign in and begin", "Legal bases"):
        assert expected in page


@pytest.mark.parametrize(
    "path",
    [
        "/",
        "/suche/?q=hund",
        "/lebenslagen/haustiere/",
        "/leistungen/",
        "/leistungen/hund-anmelden/",
        "/aemter/",
    ],
)
def test_public_pages_are_lean(
    client: Client, citizen: Client, catalogue: None, path: str, at_most_queries: Callable[[int], Any]
) -> None:
    for person in (client, citizen):
        person.get(path)
        with at_most_queries(6):
            person.get(path)
