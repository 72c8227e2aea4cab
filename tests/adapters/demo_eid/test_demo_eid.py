from __future__ import annotations

import json
from urllib.parse import parse_qs, urlsplit

import pytest
from django.test import Client
from django.urls import reverse

from rathaus.identity.models import LinkedIdentity, UserAccount
from rathaus.identity.public import actor_of
from rathaus.kernel.public import audit
from tests.factories import identity

pytestmark = pytest.mark.django_db
START = reverse("identity:eid_start", args=["demo"])
CHOOSE = reverse("demo_eid:choose")
CALLBACK = reverse("identity:eid_callback", args=["demo"])


def start(client: Client, next: str = "/zugang/sicherheit/") -> str:
    """The state with which the browser is sent to the provider."""
    answer = client.post(START, {"next": next})
    parts = urlsplit(answer["Location"])
    assert parts.path == CHOOSE
    return parse_qs(parts.query)["state"][0]


def choose(client: Client, state: str, person: str) -> str:
    """The address with which the browser comes back."""
    return str(client.post(CHOOSE, {"state": state, "person": person})["Location"])


def signed_in(client: Client) -> UserAccount | None:
    account_id = client.session.get("_auth_user_id")
    return UserAccount.objects.get(pk=account_id) if account_id else None


def test_a_new_person_gets_an_account_with_proven_data(client: Client) -> None:
    state = start(client)
    page = client.get(CHOOSE, {"state": state}).content.decode()
    assert "kein echter Nachweis" in page
    answer = client.get(choose(client, state, "erika"))
    assert answer["Location"] == "/zugang/sicherheit/"
    account = signed_in(client)
    assert account is not None
    assert (account.name, account.city, account.email, account.assurance) == (
        "Erika Muster",
        "Musterstadt",
        None,
        "high",
    )
    assert not account.has_usable_password()
    security = client.get("/zugang/sicherheit/")
    assert actor_of(security.wsgi_request).assurance == "high"
    entry = audit.entries_for(f"identity.account:{account.pk}").get()
    assert json.loads(entry.details) == {
        "provider": "demo",
        "level": "high",
    }


def test_the_same_person_finds_the_same_account(client: Client) -> None:
    for browser in (client, Client()):
        browser.get(choose(browser, start(browser), "leyla"))
    assert UserAccount.objects.count() == LinkedIdentity.objects.count() == 1


def test_step_up_raises_the_session_and_links_the_account(client: Client) -> None:
    person = identity.account("Erika", "MUSTER")
    identity.sign_in(client, person)
    page = client.get(reverse("identity:step_up"), {"stufe": "high", "next": "/zugang/angaben/"})
    assert page.status_code == 200
    answer = client.get(choose(client, start(client, "/zugang/angaben/"), "erika"))
    assert answer["Location"] == "/zugang/angaben/"
    assert signed_in(client) == person
    assert client.get(reverse("identity:step_up"), {"stufe": "high"}).status_code == 302
    assert LinkedIdentity.objects.get().account == person


def test_somebody_elses_card_does_not_raise_my_session(client: Client) -> None:
    person = identity.account("Erika", "Muster")
    identity.sign_in(client, person)
    answer = client.get(choose(client, start(client), "max"))
    assert answer.status_code == 400
    assert LinkedIdentity.objects.count() == 0
    assert client.get(reverse("identity:step_up"), {"stufe": "high"}).status_code == 200


def test_a_card_linked_to_another_account_is_refused(client: Client) -> None:
    client.get(choose(client, start(client), "erika"))
    namesake = identity.sign_in(Client(), identity.account("Erika", "Muster"))
    assert namesake.get(choose(namesake, start(namesake), "erika")).status_code == 400


def test_a_blocked_account_stays_blocked(client: Client) -> None:
    client.get(choose(client, start(client), "erika"))
    UserAccount.objects.update(is_active=False)
    other = Client()
    assert other.get(choose(other, start(other), "erika")).status_code == 400
    assert "_auth_user_id" not in other.session


def test_the_answer_counts_once_and_in_its_own_browser_only(client: Client) -> None:
    back = choose(client, start(client), "erika")
    stranger = Client()
    assert stranger.get(back).status_code == 400
    start(stranger)
    assert stranger.get(back).status_code == 400
    assert client.get(back).status_code == 302
    client.post(reverse("account_logout"))
    assert client.get(back).status_code == 400
    assert "_auth_user_id" not in client.session


def test_a_code_belongs_to_its_state(client: Client) -> None:
    other = Client()
    code = parse_qs(urlsplit(choose(other, start(other), "erika")).query)["code"][0]
    for wrong in (code, "", "x:y:z"):
        answer = client.get(CALLBACK, {"state": start(client), "code": wrong})
        assert answer.status_code == 400
    assert UserAccount.objects.count() == 0


def test_whoever_signs_in_meanwhile_does_not_get_the_identity(client: Client) -> None:
    back = choose(client, start(client), "erika")
    identity.sign_in(client, identity.account("Erika", "Muster"))
    assert client.get(back).status_code == 400
    assert LinkedIdentity.objects.count() == 0


def test_cancelling_changes_nothing(client: Client) -> None:
    answer = client.get(choose(client, start(client), ""))
    assert answer.status_code == 400
    assert "abgebrochen" in answer.content.decode()
    assert UserAccount.objects.count() == 0


def test_the_way_back_never_leaves_the_house(client: Client) -> None:
    state = start(client, "https://boese.example/")
    answer = client.get(choose(client, state, "erika"))
    assert answer["Location"] == "/"


def test_starting_needs_a_form_of_ours() -> None:
    strict = Client(enforce_csrf_checks=True)
    assert strict.post(START).status_code == 403
    assert strict.post(CHOOSE, {"person": "erika"}).status_code == 403
    assert strict.get(START).status_code == 405


def test_switched_off_it_exists_nowhere(client: Client, settings: object) -> None:
    back = choose(client, start(client), "erika")
    settings.DEMO_IDENTITY = False  # type: ignore[attr-defined]  # the fixture is untyped
    answers = [
        client.post(START),
        client.get(CHOOSE),
        client.post(CHOOSE, {"person": "erika"}),
        client.get(back),
    ]
    assert [answer.status_code for answer in answers] == [404, 404, 404, 404]
    assert "Demo" not in client.get(reverse("account_login")).content.decode()
    assert UserAccount.objects.count() == 0
