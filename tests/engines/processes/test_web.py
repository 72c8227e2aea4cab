"""The incident pages: for administrators, and nobody else."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from rathaus.engines.processes import public as processes
from tests.factories import identity
from tests.factories.processes import Playground, end, exclusive, flow, path, service, start

LIST = "processes:incidents"


@pytest.fixture
def cast(town: Playground) -> identity.Cast:
    return identity.cast()


def _incident(town: Playground) -> processes.Incident:
    town.effects.fail = processes.BusinessError("X", "Das Konto ist gesperrt.")
    town.run(start(), service("tun"), end(), path("start", "tun", "end"))
    town.effects.fail = None
    return processes.incidents_of(town.subject)[0]


def _as(cast: identity.Cast, name: str) -> Client:
    return identity.sign_in(Client(), getattr(cast, name))


def test_list_and_detail(town: Playground, cast: identity.Cast) -> None:
    incident = _incident(town)
    client = _as(cast, "administrator")
    assert reverse("processes:incident", args=[incident.pk]) in client.get(reverse(LIST)).content.decode()
    assert (
        "Das Konto ist gesperrt."
        in client.get(reverse("processes:incident", args=[incident.pk])).content.decode()
    )


def test_retry(town: Playground, cast: identity.Cast) -> None:
    incident = _incident(town)
    client = _as(cast, "administrator")
    address = reverse("processes:retry_incident", args=[incident.pk])
    assert client.get(address).status_code == 405
    assert client.post(address).status_code == 302
    assert (town.state(), town.incidents()) == ("completed", [])
    assert "bereits" in client.post(address, follow=True).content.decode()


def test_resolve_needs_a_note(town: Playground, cast: identity.Cast) -> None:
    incident = _incident(town)
    client = _as(cast, "administrator")
    address = reverse("processes:resolve_incident", args=[incident.pk])
    assert client.post(address, {"note": ""}).status_code == 422
    assert client.post(address, {"note": "ok", "outputs": "[1]"}).status_code == 422
    assert client.post(address, {"note": "von Hand", "outputs": '{"betrag": 60}'}).status_code == 302
    assert (town.state(), town.results()) == ("completed", {"tun": {"betrag": 60}})


def test_resolve_at_a_gateway_asks_for_the_way(town: Playground, cast: identity.Cast) -> None:
    town.run(
        start(), exclusive("w"), end("a"), end("b"), path("start", "w"), flow("w", "a", "x = 1"), flow("w",
        "b", "x = 2"),
    )  # fmt: skip
    (incident,) = processes.incidents_of(town.subject)
    client = _as(cast, "administrator")
    address = reverse("processes:resolve_incident", args=[incident.pk])
    assert client.post(address, {"note": "ok"}).status_code == 422
    assert client.post(address, {"note": "ok", "flow": "w__b"}).status_code == 302
    assert town.done()[-1] == "b"


@pytest.mark.parametrize("name", ["citizen", "case_worker", "head", "designer"])
def test_nobody_else_gets_in(town: Playground, cast: identity.Cast, name: str) -> None:
    incident = _incident(town)
    client = _as(cast, name)
    for address in (reverse(LIST), reverse("processes:incident", args=[incident.pk])):
        assert client.get(address).status_code == 403
    for action in ("retry_incident", "resolve_incident"):
        assert (
            client.post(reverse(f"processes:{action}", args=[incident.pk]), {"note": "x"}).status_code == 403
        )
    assert town.incidents() == [("tun", "business")]


def test_anonymous_is_sent_to_the_sign_in(town: Playground) -> None:
    assert Client().get(reverse(LIST)).status_code == 302
