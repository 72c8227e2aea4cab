"""What every answer carries, and the pages for errors."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.http import HttpRequest, HttpResponse
from django.test import Client, RequestFactory

from rathaus.identity.public import Town
from rathaus.ui import appearance, navigation
from rathaus.ui.middleware import SecurityHeadersMiddleware
from rathaus.ui.navigation import NavItem
from rathaus.ui.public import allow_embedding

pytestmark = pytest.mark.django_db


@pytest.fixture
def browser(settings: object) -> Client:
    settings.ROOT_URLCONF = "tests.ui.urls"  # type: ignore[attr-defined]  # the fixture is untyped
    return Client(raise_request_exception=False)


def nonce_of(response: HttpResponse) -> str:
    found = re.search(r"script-src 'nonce-([\w-]+)';", response["Content-Security-Policy"])
    assert found
    return found.group(1)


def test_scripts_run_by_nonce_alone_and_each_answer_has_its_own(browser: Client) -> None:
    first, second = browser.get("/bauteile/portal/"), browser.get("/bauteile/portal/")
    assert nonce_of(first) != nonce_of(second)
    assert f'nonce="{nonce_of(first)}"' in first.content.decode()
    policy = first["Content-Security-Policy"]
    assert "style-src 'self';" in policy
    assert policy.endswith("frame-ancestors 'none'")
    assert "unsafe" not in policy


def test_the_other_headers(browser: Client) -> None:
    response = browser.get("/bauteile/portal/")
    names = ("X-Frame-Options", "X-Content-Type-Options", "Referrer-Policy", "Cross-Origin-Opener-Policy")
    assert [response[name] for name in names] == ["DENY", "nosniff", "same-origin", "same-origin"]


@pytest.mark.parametrize(
    ("host", "status"), [("rathaus.example", 301), ("boese.example", 400)], ids=["to https", "unknown host"]
)
def test_answers_of_the_gate_bear_the_headers_too(settings: Any, host: str, status: int) -> None:
    settings.ALLOWED_HOSTS, settings.SECURE_SSL_REDIRECT = ["rathaus.example"], True
    answer = Client().get("/", headers={"Host": host})
    assert answer.status_code == status
    assert nonce_of(answer)
    assert answer["X-Content-Type-Options"] == "nosniff"


@pytest.mark.parametrize("address", ["/bauteile/portal/?liste=%00", "/bauteile/%00/"])
def test_a_nul_in_the_address_is_a_bad_request(browser: Client, address: str) -> None:
    answer = browser.get(address)
    assert answer.status_code == 400
    assert nonce_of(answer)


def test_only_a_marked_answer_may_stand_in_our_own_frames() -> None:
    middleware = SecurityHeadersMiddleware(lambda request: allow_embedding(HttpResponse()))
    response = middleware(RequestFactory().get("/"))
    assert response["X-Frame-Options"] == "SAMEORIGIN"
    assert response["Content-Security-Policy"].endswith("frame-ancestors 'self'")


@pytest.mark.parametrize(
    ("path", "status", "words"),
    [
        ("/gibts/nicht/", 404, "Diese Seite haben wir nicht gefunden"),
        ("/verboten/", 403, "Diese Seite dürfen Sie nicht sehen"),
        ("/kaputt/", 500, "Bei uns ist etwas schiefgegangen"),
    ],
)
def test_error_pages_speak_plain_german(browser: Client, path: str, status: int, words: str) -> None:
    response = browser.get(path)
    assert response.status_code == status
    assert f'<h1 class="kern-heading-x-large">{words}</h1>' in response.content.decode()
    assert "Traceback" not in response.content.decode()


def test_a_form_without_token_is_refused_kindly(settings: object) -> None:
    settings.ROOT_URLCONF = "tests.ui.urls"  # type: ignore[attr-defined]  # the fixture is untyped
    response = Client(enforce_csrf_checks=True).post("/sprache/", {"language": "en"})
    assert response.status_code == 403
    assert "Ihre Sitzung ist beendet" in response.content.decode()


def test_the_language_is_kept_and_never_leads_away(browser: Client) -> None:
    response = browser.post("/sprache/", {"language": "en", "next": "https://elsewhere.example/"})
    assert response["Location"] == "/"
    assert '<html lang="en"' in browser.get("/bauteile/portal/").content.decode()


def test_the_demonstration_says_so_on_every_page(browser: Client) -> None:
    sign = "Alle Daten sind erfunden."
    assert sign not in browser.get("/bauteile/portal/").content.decode()
    Town.objects.update_or_create(id=1, defaults={"is_demo": True})
    forget()
    assert [
        sign in browser.get(path).content.decode() for path in ("/bauteile/portal/", "/bauteile/desk/", "/x/")
    ] == [
        True,
        True,
        True,
    ]


def forget() -> None:
    from rathaus.identity.queries.town import forget_town

    forget_town()


def test_the_towns_colours_reach_the_pages(browser: Client) -> None:
    Town.objects.update_or_create(id=1, defaults={"colours": {"primary": "#004F9F", "accent": "#ffee00"}})
    forget()
    response = browser.get("/stadt.css")
    assert response.content.decode() == ":root{--town-primary:#004f9f;--town-accent:#a63d2f;}\n"
    assert response["Content-Type"] == "text/css; charset=utf-8"


def test_what_is_no_colour_is_not_used() -> None:
    Town.objects.update_or_create(id=1, defaults={"colours": {"primary": "red;} body{display:none"}})
    forget()
    assert appearance.colours() == appearance.DEFAULT_COLOURS


def test_contrast_is_that_of_wcag() -> None:
    assert round(appearance.contrast_with_white("#767676"), 2) == 4.54
    assert round(appearance.contrast_with_white("#000000"), 2) == 21.0


def test_the_coat_of_arms_is_a_picture_of_its_own(browser: Client) -> None:
    assert browser.get("/wappen.svg").status_code == 404
    Town.objects.update_or_create(id=1, defaults={"coat_of_arms": "<svg><script>alert(1)</script></svg>"})
    forget()
    response = browser.get("/wappen.svg")
    assert response["Content-Type"] == "image/svg+xml; charset=utf-8"
    assert "alert(1)" not in browser.get("/bauteile/portal/").content.decode()


class Staff:
    def has_role(self, code: str) -> bool:
        return code == "designer"


def test_navigation_shows_what_the_role_may_see(rf: RequestFactory, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(navigation, "_items", {})
    for name, order, role in (
        ("ui:healthz", 20, None),
        ("ui:set_language", 10, "designer"),
        ("ui:coat_of_arms", 5, "x"),
    ):
        navigation.register(
            NavItem(area="desk", label=name, url_name=name, order=order, role=role, counter=lambda actor: 3)
        )
    request: HttpRequest = rf.get("/healthz")
    request.actor = Staff()  # type: ignore[attr-defined]  # set by identity's middleware
    entries = navigation.entries(request, "desk")
    assert [(entry.label, entry.count, entry.current) for entry in entries] == [
        ("ui:set_language", 3, ""),
        ("ui:healthz", 3, "page"),
    ]
