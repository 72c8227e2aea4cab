"""Maintenance mode: who may switch it, what it holds back, and that nothing typed is lost."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.test import Client

from rathaus.identity.public import ANONYMOUS, SYSTEM, Role
from rathaus.intake import public as intake
from rathaus.intake.models import Application
from rathaus.kernel.models import AuditEntry
from rathaus.kernel.public import clock
from rathaus.kernel.public import maintenance as port
from rathaus.operations import maintenance
from rathaus.site import cli
from tests.factories.blueprints import example_data
from tests.factories.identity import account, sign_in
from tests.factories.portal import install_service

pytestmark = pytest.mark.django_db
TYPED = "Mein Hund heißt Bello und bellt selten."


@pytest.fixture(autouse=True)
def _off_afterwards() -> Iterator[None]:
    yield
    port.learn(port.OFF)


@pytest.fixture
def client() -> Client:
    return Client()


def begin(**options: Any) -> None:
    maintenance.begin(actor=SYSTEM, **options)
    maintenance.refresh()


def test_only_administrators_switch_it() -> None:
    with pytest.raises(PermissionError):
        maintenance.begin(actor=ANONYMOUS)
    with pytest.raises(PermissionError):
        maintenance.end(actor=ANONYMOUS)
    assert not maintenance.stored_state().is_on
    assert Role.ADMINISTRATOR


def test_beginning_changing_and_ending_stand_in_the_audit_log() -> None:
    begin(text="Neue Fassung")
    since = maintenance.stored_state().since
    begin(text="Dauert länger", is_desk_closed=True)
    assert maintenance.stored_state() == port.State(True, True, "Dauert länger", None, since)
    assert maintenance.end(actor=SYSTEM)
    assert not maintenance.end(actor=SYSTEM)
    actions = (
        AuditEntry.objects.filter(subject=maintenance.SUBJECT).order_by("id").values_list("action", flat=True)
    )
    assert [action.removeprefix("operations.maintenance_") for action in actions] == [
        "begun",
        "changed",
        "ended",
    ]


def test_a_moment_that_has_passed_and_a_text_too_long_are_refused() -> None:
    for options in ({"until": clock.now() - timedelta(minutes=1)}, {"text": "x" * 501}, {"text": "a\x00b"}):
        with pytest.raises(ValidationError):
            begin(**options)


def test_an_application_is_held_back_even_where_this_process_does_not_know_yet() -> None:
    install_service()
    maintenance.begin(actor=SYSTEM)
    port.learn(port.OFF)
    envelope = intake.Envelope(
        service="hund-anmelden", data=example_data("hund-anmelden", "erster-hund"), channel=intake.Channel.PAPER,
        token="wartung-token-1", actor=SYSTEM,
    )  # fmt: skip
    with pytest.raises(intake.HeldBack):
        intake.receive(envelope)
    assert Application.objects.count() == 0
    maintenance.end(actor=SYSTEM)
    receipt = intake.receive(envelope)
    begin()
    assert intake.receive(envelope) == receipt  # what was received before is told also now


def test_a_citizen_fills_in_saves_and_is_told_when_sending(client: Client) -> None:
    install_service("hund-anmelden")
    sign_in(client, account())
    begin(text="Wir spielen eine neue Fassung ein.", until=clock.now() + timedelta(hours=2))
    page = client.post("/leistungen/hund-anmelden/antrag/", follow=True)
    assert page.status_code == 200
    assert "Wir spielen eine neue Fassung ein." in page.content.decode()
    address = page.request["PATH_INFO"]
    saved = client.post(address, {"_later": "1"}, follow=True)
    assert saved.status_code == 200
    draft = address.rsplit("/", 2)[0]
    answer = client.post(f"{draft}/antrag-senden/", follow=True)
    text = answer.content.decode()
    assert answer.status_code == 200
    assert "Ihr Antrag ist gespeichert, aber noch nicht abgesendet." in text
    assert Application.objects.count() == 0


def test_programs_are_asked_to_come_back(client: Client) -> None:
    begin(until=clock.now() + timedelta(minutes=30))
    answer = client.get("/api/v1/services")
    assert answer.status_code == 503
    assert 1700 <= int(answer["Retry-After"]) <= 1800
    assert json.loads(answer.content) == {
        "detail": "Das Rathaus wird gerade gewartet. Bitte versuchen Sie es später noch einmal."
    }


@pytest.mark.parametrize(
    ("method", "path", "closed", "expected"),
    [
        ("get", "/amt/", False, 302),  # to the sign-in, as always
        ("post", "/amt/zuweisen/", False, 503),
        ("get", "/amt/", True, 503),
        ("get", "/amt/wartung/", True, 302),
        ("post", "/konto/vorgaenge/0190c8d8-0000-7000-8000-000000000000/antwort/", False, 503),
        ("get", "/", True, 200),
        ("get", "/healthz", True, 200),
        ("get", "/readyz", True, 200),
        ("get", "/zugang/login/", True, 200),
    ],
)
def test_what_is_held_back(client: Client, method: str, path: str, closed: bool, expected: int) -> None:
    begin(is_desk_closed=closed)
    assert getattr(client, method)(path).status_code == expected


def test_what_was_typed_is_shown_so_that_it_can_be_kept(client: Client) -> None:
    begin()
    data = {
        "text": TYPED,
        "password": "sehr geheim ja",
        "csrfmiddlewaretoken": "a b",
        "titel": "<b>fett</b> ja",
    }
    answer = client.post("/konto/vorgaenge/0190c8d8-0000-7000-8000-000000000000/antwort/", data)
    text = answer.content.decode()
    assert answer["Retry-After"] == "300"
    assert TYPED in text
    assert "&lt;b&gt;fett&lt;/b&gt; ja" in text
    assert "sehr geheim" not in text


def test_the_command(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["maintenance", "on", "--text", "Umzug", "--close-desk", "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert (found["on"], found["desk"], found["text"], found["until"]) == (True, "closed", "Umzug", None)
    assert cli.main(["maintenance", "status"]) == 0
    assert "Wartungsbetrieb: ein (Amt geschlossen)" in capsys.readouterr().out
    assert cli.main(["maintenance", "off"]) == 0
    assert capsys.readouterr().out == "Wartungsbetrieb: aus\n"
    assert cli.main(["maintenance", "on", "--until", "gleich"]) == 2
    assert cli.main(["maintenance", "on", "--until", "1.1.2020 10:00"]) == 1
    assert not maintenance.stored_state().is_on
