"""The same door for programs."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from rathaus.engines.records.public import Case
from rathaus.intake.public import Application
from tests.factories import identity
from tests.factories.blueprints import example_data
from tests.factories.identity import Cast
from tests.portal import walking

API = "/api/v1/services"


@pytest.fixture
def data(citizen: Client, dogs: str) -> dict[str, Any]:
    """Canonical data, as the form itself makes them."""
    draft_id = walking.begin(citizen)
    walking.fill(citizen, draft_id)
    return dict(walking.draft(draft_id).data)


def post(client: Client, slug: str, data: dict[str, Any], key: str | None = "schluessel-1") -> Any:
    headers = {"Idempotency-Key": key} if key else {}
    return client.post(
        f"{API}/{slug}/applications", {"data": data}, content_type="application/json", headers=headers
    )


def test_services(client: Client, dogs: str) -> None:
    found = client.get(API).json()
    assert [(entry["slug"], entry["title"]["en"]) for entry in found] == [("hund-anmelden", "Register a dog")]
    one = client.get(f"{API}/hund-anmelden").json()
    assert one["form"]["key"] == "hund-anmelden"
    for slug, status in (("gibt-es-nicht", 404), ("a'b", 404), ("%00", 400)):
        assert client.get(f"{API}/{slug}").status_code == status


def test_an_application_once(citizen: Client, data: dict[str, Any], cast: Cast) -> None:
    first = post(citizen, "hund-anmelden", data)
    again = post(citizen, "hund-anmelden", data)
    assert (first.status_code, again.status_code) == (201, 200)
    assert first.json() == again.json()
    assert Case.objects.count() == 1
    assert Application.objects.get().account == cast.citizen


def test_the_same_key_of_another_person_is_another_application(
    citizen: Client, other: Client, data: dict[str, Any]
) -> None:
    references = {post(person, "hund-anmelden", data).json()["case_reference"] for person in (citizen, other)}
    assert len(references) == 2


def test_a_guest_gets_no_receipt_for_the_data_of_another(client: Client, advice: str) -> None:
    data = example_data(advice, "hausbesuch")
    first = post(client, advice, data)
    again = post(client, advice, data)
    different = {**data, "beschreibung": "Etwas ganz anderes ist zu beraten."}
    other, own = post(Client(), advice, different), post(Client(), advice, different, key="schluessel-2")
    assert [first.status_code, again.status_code, other.status_code, own.status_code] == [201, 200, 409, 201]
    assert first.json() == again.json() != own.json()
    assert "schon für andere Angaben verwendet" in other.json()["errors"][0]["message"]
    assert Application.objects.count() == 2


def test_a_key_stands_for_the_data_not_for_their_order(citizen: Client, data: dict[str, Any]) -> None:
    first = post(citizen, "hund-anmelden", data)
    again = post(citizen, "hund-anmelden", dict(reversed(data.items())))
    other = post(citizen, "hund-anmelden", {**data, "weitere_hunde": 3})
    assert (first.status_code, again.status_code, other.status_code) == (201, 200, 409)
    assert first.json() == again.json()
    assert Case.objects.count() == 1


def test_errors_name_the_field(citizen: Client, data: dict[str, Any]) -> None:
    wrong = {**data, "weitere_hunde": -1, "unbekannt": 1}
    answer = post(citizen, "hund-anmelden", wrong)
    assert answer.status_code == 422
    assert {problem["path"] for problem in answer.json()["errors"]} == {"weitere_hunde", "unbekannt"}


def test_guests_need_an_account(client: Client, data: dict[str, Any]) -> None:
    assert post(client, "hund-anmelden", data).status_code == 409
    assert Case.objects.count() == 0


def test_a_key_is_needed(citizen: Client, data: dict[str, Any]) -> None:
    assert post(citizen, "hund-anmelden", data, key=None).status_code == 422
    assert post(citizen, "hund-anmelden", data, key="kurz").status_code == 400


def test_a_session_needs_the_csrf_token(data: dict[str, Any], cast: Cast) -> None:
    careful = identity.sign_in(Client(enforce_csrf_checks=True), cast.citizen)
    assert post(careful, "hund-anmelden", data).status_code == 403
    assert Case.objects.count() == 0
