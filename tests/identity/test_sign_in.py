from __future__ import annotations

import re
import time
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import pytest
from allauth.account.models import EmailAddress
from allauth.core.internal import ratelimit
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value, yield_hotp_counters_from_time
from django.core import mail
from django.test import Client
from django.urls import reverse

from rathaus.identity.models import UserAccount
from rathaus.kernel.public import audit, jobs
from tests.factories import identity
from tests.factories.identity import PASSWORD

if TYPE_CHECKING:
    from django.test.client import _MonkeyPatchedWSGIResponse as Response

pytestmark = pytest.mark.django_db
LOGIN = reverse("account_login")


def log_in(client: Client, email: str, password: str = PASSWORD, next: str = "") -> Response:
    return client.post(LOGIN, {"login": email, "password": password, "next": next})


def is_signed_in(client: Client) -> bool:
    return "_auth_user_id" in client.session


def last_link() -> str:
    jobs.run_pending()
    found = re.search(r"https?://\S+", str(mail.outbox[-1].body))
    assert found is not None
    return urlsplit(found.group()).path


def sign_up(client: Client, email: str = "neu@example.org") -> Response:
    return client.post(
        reverse("account_signup"),
        {
            "given_name": "Nele",
            "family_name": "Neu",
            "email": email,
            "password1": PASSWORD,
            "password2": PASSWORD,
        },
    )


def code_of(secret: str) -> str:
    return str(format_hotp_value(hotp_value(secret, next(yield_hotp_counters_from_time()))))


def test_sign_up_needs_the_button_on_the_page_behind_the_link(client: Client) -> None:
    sign_up(client)
    account = UserAccount.objects.get()
    assert (account.given_name, account.family_name, account.email) == ("Nele", "Neu", "neu@example.org")
    link = last_link()
    assert mail.outbox[-1].to == ["neu@example.org"]

    assert client.get(link).status_code == 200
    assert not EmailAddress.objects.get().verified
    log_in(client, "neu@example.org")
    assert not is_signed_in(client)

    client.post(link)
    assert EmailAddress.objects.get().verified
    log_in(client, "neu@example.org")
    assert is_signed_in(client)


def test_passwords_are_kept_with_argon2(client: Client, settings: object) -> None:
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]  # type: ignore[attr-defined]  # the fixture is untyped
    sign_up(client)
    assert UserAccount.objects.get().password.startswith("argon2$argon2id$")


def test_sign_up_does_not_tell_whether_an_account_exists(client: Client) -> None:
    identity.account(email="da@example.org", password=PASSWORD)
    new, known = sign_up(client, "neu@example.org"), sign_up(Client(), "da@example.org")
    assert (new.status_code, new["Location"]) == (known.status_code, known["Location"])
    jobs.run_pending()
    assert [message.to for message in mail.outbox] == [["neu@example.org"], ["da@example.org"]]
    assert UserAccount.objects.filter(email="da@example.org").count() == 1
    assert "haben bereits ein Nutzerkonto" in mail.outbox[1].subject


def test_password_reset_does_not_tell_whether_an_account_exists(client: Client) -> None:
    identity.account(email="da@example.org", password=PASSWORD)
    answers = [
        client.post(reverse("account_reset_password"), {"email": email})
        for email in ("da@example.org", "weg@example.org")
    ]
    assert answers[0]["Location"] == answers[1]["Location"] == reverse("account_reset_password_done")
    jobs.run_pending()
    assert [message.to for message in mail.outbox] == [["da@example.org"], ["weg@example.org"]]


def test_links_in_mails_bear_the_address_of_the_town_not_of_the_request(
    client: Client, settings: Any
) -> None:
    settings.RATHAUS_PUBLIC_URL = "https://rathaus.example"
    settings.ALLOWED_HOSTS = ["*"]
    identity.account(email="da@example.org", password=PASSWORD)
    for email in ("da@example.org", "weg@example.org"):
        client.post(reverse("account_reset_password"), {"email": email}, headers={"Host": "boese.example"})
    jobs.run_pending()

    texts = [str(message.body) for message in mail.outbox]
    assert [("https://rathaus.example/zugang/" in text, "boese" in text) for text in texts] == [
        (True, False)
    ] * 2


def test_a_wrong_password_and_an_unknown_address_look_the_same(client: Client) -> None:
    identity.account(email="da@example.org", password=PASSWORD)
    pages = [log_in(client, email, "falsch") for email in ("da@example.org", "weg@example.org")]
    texts = [re.sub(r'(value|nonce)="[^"]*"', "", page.content.decode()) for page in pages]
    assert texts[0] == texts[1]
    assert "passen nicht zusammen" in texts[0]


def test_a_new_password_by_the_link(client: Client) -> None:
    identity.account(email="da@example.org", password=PASSWORD)
    client.post(reverse("account_reset_password"), {"email": "da@example.org"})
    form_url = client.get(last_link())["Location"]
    client.post(form_url, {"password1": "Ganz anderer Satz 9", "password2": "Ganz anderer Satz 9"})
    log_in(client, "da@example.org")
    assert not is_signed_in(client)
    log_in(client, "da@example.org", "Ganz anderer Satz 9")
    assert is_signed_in(client)


def test_too_many_wrong_passwords_lock_the_door_for_a_while(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    moment = [time.time()]  # the limit's own clock stands still: a machine that sleeps must not lift it
    monkeypatch.setattr(ratelimit.time, "time", lambda: moment[0])
    identity.account(email="da@example.org", password=PASSWORD)
    pages = [log_in(client, "da@example.org", "falsch").content.decode() for _ in range(5)]
    assert ["Zu viele" in page for page in pages] == [False] * 5
    answer = log_in(client, "da@example.org")
    assert not is_signed_in(client)
    assert "Zu viele" in answer.content.decode()

    moment[0] += 301
    log_in(client, "da@example.org")
    assert is_signed_in(client)


@pytest.mark.parametrize(
    "target", ["https://boese.example/", "//boese.example/", "/\\boese.example", "javascript:alert(1)"]
)
def test_sign_in_leads_to_our_own_pages_only(client: Client, target: str) -> None:
    identity.account(email="da@example.org", password=PASSWORD)
    answer = log_in(client, "da@example.org", next=target)
    assert (answer.status_code, answer["Location"]) == (302, "/")


def test_sign_in_returns_to_the_page_asked_for(client: Client) -> None:
    person = identity.account(email="da@example.org", password=PASSWORD)
    asked = client.get(reverse("identity:profile"))
    assert asked["Location"] == f"{LOGIN}?next=%2Fzugang%2Fangaben%2F"
    assert log_in(client, "da@example.org", next="/zugang/angaben/")["Location"] == "/zugang/angaben/"
    entry = audit.entries_for(f"identity.account:{person.pk}").last()
    assert entry is not None
    assert (entry.action, entry.actor) == ("identity.signed_in", f"citizen:{person.pk}")


def test_staff_start_at_their_desk(client: Client) -> None:
    identity.employee(identity.unit(), email="da@stadt.example", password=PASSWORD)
    assert log_in(client, "da@stadt.example")["Location"] == "/amt/"


def test_signing_out_takes_a_post(client: Client) -> None:
    identity.sign_in(client, identity.account())
    assert client.get(reverse("account_logout")).status_code == 200
    assert is_signed_in(client)
    client.post(reverse("account_logout"))
    assert not is_signed_in(client)


def test_a_blocked_account_does_not_come_in(client: Client) -> None:
    person = identity.account(email="da@example.org", password=PASSWORD)
    UserAccount.objects.filter(pk=person.pk).update(is_active=False)
    log_in(client, "da@example.org")
    assert not is_signed_in(client)


def switch_on_totp(client: Client) -> str:
    """Through the pages, as a person would; returns the secret."""
    page = client.get(reverse("mfa_activate_totp"))
    if page.status_code == 302:
        client.post(page["Location"], {"password": PASSWORD})
        page = client.get(reverse("mfa_activate_totp"))
    secret = str(page.context["form"].secret)
    answer = client.post(reverse("mfa_activate_totp"), {"code": code_of(secret)})
    assert answer.status_code == 302
    return secret


def test_second_factor_by_app_and_recovery_code(client: Client) -> None:
    identity.account(email="da@example.org", password=PASSWORD)
    log_in(client, "da@example.org")
    secret = switch_on_totp(client)
    stored = Authenticator.objects.get(type=Authenticator.Type.TOTP).data["secret"]
    assert secret not in stored
    codes = client.get(reverse("mfa_view_recovery_codes")).context["unused_codes"]
    assert len(codes) == 10

    for code in (codes[0], code_of(secret)):
        other = Client()
        assert log_in(other, "da@example.org")["Location"] == reverse("mfa_authenticate")
        assert not is_signed_in(other)
        other.post(reverse("mfa_authenticate"), {"code": "000000"})
        assert not is_signed_in(other)
        other.post(reverse("mfa_authenticate"), {"code": code})
        assert is_signed_in(other)
    again = Client()
    log_in(again, "da@example.org")
    again.post(reverse("mfa_authenticate"), {"code": codes[0]})
    assert not is_signed_in(again)


def test_changes_to_the_account_ask_for_the_password_again(client: Client) -> None:
    identity.sign_in(client, identity.account(email="da@example.org", password=PASSWORD))
    change = {"email": "neu@example.org", "action_add": "1"}
    for answer in (
        client.get(reverse("mfa_activate_totp")),
        client.get(reverse("mfa_add_webauthn")),
        client.post(reverse("account_email"), change),
    ):
        assert answer.status_code == 302
        assert answer["Location"].startswith(reverse("account_reauthenticate"))


def test_passkey_options_and_refusal_of_nonsense(client: Client) -> None:
    options = client.get(reverse("mfa_login_webauthn"), headers={"accept": "application/json"}).json()
    assert options["request_options"]["publicKey"]["userVerification"] in ("preferred", "required")
    for nonsense in (
        '{"id": "x"}',
        "[]",
        "1",
        "{",
        '{"rawId": 5}',
        '{"rawId": "AA", "response": {"userHandle": "%%"}}',
    ):
        answer = client.post(reverse("mfa_login_webauthn"), {"credential": nonsense})
        assert (nonsense, answer.status_code) == (nonsense, 302)
    assert not is_signed_in(client)


def test_change_of_the_address_counts_after_its_confirmation(client: Client) -> None:
    person = identity.account(email="alt@example.org", password=PASSWORD)
    log_in(client, "alt@example.org")
    client.post(reverse("account_reauthenticate"), {"password": PASSWORD})
    client.post(reverse("account_email"), {"email": "neu@example.org", "action_add": "1"})
    person.refresh_from_db()
    assert person.email == "alt@example.org"
    client.post(last_link())
    person.refresh_from_db()
    assert person.email == "neu@example.org"


PAGES = [
    "account_login", "account_signup", "account_reset_password", "account_reset_password_done",
    "account_email_verification_sent", "account_inactive", "account_reset_password_from_key_done",
]  # fmt: skip
OWN_PAGES = [
    "identity:security", "identity:profile", "identity:step_up", "account_email", "account_change_password",
    "account_reauthenticate", "account_logout", "mfa_list_webauthn", "mfa_activate_totp", "mfa_add_webauthn",
]  # fmt: skip


@pytest.mark.parametrize("name", PAGES)
def test_pages_for_guests_are_german(client: Client, name: str) -> None:
    page = client.get(reverse(name))
    assert page.status_code == 200
    assert_german(page.content.decode())


@pytest.mark.parametrize("name", OWN_PAGES)
def test_pages_for_people_signed_in_are_german(client: Client, name: str) -> None:
    identity.account(email="da@example.org", password=PASSWORD)
    log_in(client, "da@example.org")
    client.post(reverse("account_reauthenticate"), {"password": PASSWORD})
    page = client.get(reverse(name))
    assert page.status_code == 200
    assert_german(page.content.decode())


def assert_german(html: str) -> None:
    words = re.sub(r"<(script|style)\b.*?</\1>|<[^>]+>", " ", html, flags=re.DOTALL)
    found = re.findall(r"\b(the|your|you|password again|sign|email|code is)\b", words, flags=re.IGNORECASE)
    assert found == []
    assert re.findall(r"\b(du|dein|deine|dich|dir)\b", words, flags=re.IGNORECASE) == []


def test_one_query_for_rights_on_the_security_page(
    client: Client, django_assert_max_num_queries: object
) -> None:
    identity.sign_in(client, identity.employee(identity.unit()))
    with django_assert_max_num_queries(8):  # type: ignore[operator]  # session, account, rights, keys, identities, sessions, town, messages
        assert client.get(reverse("identity:security")).status_code == 200
