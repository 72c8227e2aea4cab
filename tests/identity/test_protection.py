"""Guessing passwords does not work, locking others out does not either, and staff show a second factor."""

from __future__ import annotations

import hashlib
import logging
import re
import time
from pathlib import Path
from typing import Any

import pytest
from allauth.account.internal.userkit import user_id_to_str
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.test import Client
from django.urls import reverse

from rathaus.identity.attempts import network_of
from rathaus.identity.models import UserAccount
from rathaus.identity.passwords import is_listed
from rathaus.kernel.public import audit
from tests.factories import identity
from tests.factories.identity import PASSWORD
from tests.identity.test_sign_in import code_of, is_signed_in, last_link, log_in, switch_on_totp

pytestmark = pytest.mark.django_db
NEW = "Blaue Treppen singen leise"


def come_from(address: str, email: str = "da@example.org", password: str = "falsch") -> Client:
    client = Client(REMOTE_ADDR=address)
    log_in(client, email, password)
    return client


def flood(count: int, network: str = "198.51.{}.7") -> None:
    """Wrong passwords for the account, each from another network."""
    for number in range(count):
        come_from(network.format(number % 250))


@pytest.fixture
def person() -> UserAccount:
    return identity.account(email="da@example.org", password=PASSWORD)


# ---- Sign-in


def test_who_tries_from_elsewhere_does_not_lock_the_owner_out(person: UserAccount) -> None:
    for _ in range(12):
        come_from("203.0.113.9")
    assert not is_signed_in(come_from("203.0.113.200", password=PASSWORD))  # the same neighborhood
    assert is_signed_in(come_from("192.0.2.1", password=PASSWORD))


def test_a_browser_that_was_here_before_gets_in_under_the_heaviest_flood(person: UserAccount) -> None:
    known = Client(REMOTE_ADDR="192.0.2.1")
    log_in(known, "da@example.org", PASSWORD)
    known.post(reverse("account_logout"))
    flood(70)
    assert not is_signed_in(come_from("192.0.2.77", password=PASSWORD))
    log_in(known, "da@example.org", PASSWORD)
    assert is_signed_in(known)


def test_a_known_browser_may_not_guess_without_end_either(person: UserAccount) -> None:
    known = Client()
    log_in(known, "da@example.org", PASSWORD)
    known.post(reverse("account_logout"))
    for _ in range(12):
        log_in(known, "da@example.org", "falsch")
    log_in(known, "da@example.org", PASSWORD)
    assert not is_signed_in(known)


def test_the_mark_of_a_known_browser_opens_no_other_account_and_cannot_be_made(person: UserAccount) -> None:
    identity.account(email="mal@example.org", password=PASSWORD)
    known = Client()
    log_in(known, "mal@example.org", PASSWORD)
    known.post(reverse("account_logout"))
    flood(70)
    log_in(known, "da@example.org", PASSWORD)
    assert not is_signed_in(known)
    forged = Client(REMOTE_ADDR="192.0.2.1")
    forged.cookies["device"] = '{"n": "x", "a": ["da@example.org"]}'
    log_in(forged, "da@example.org", PASSWORD)
    assert not is_signed_in(forged)


def test_a_link_by_e_mail_leads_past_the_lock(person: UserAccount) -> None:
    flood(70)
    owner = Client(REMOTE_ADDR="192.0.2.1")
    owner.post(reverse("account_reset_password"), {"email": "da@example.org"})
    form_url = owner.get(last_link())["Location"]
    owner.post(form_url, {"password1": NEW, "password2": NEW})
    log_in(owner, "da@example.org", NEW)
    assert is_signed_in(owner)


def test_the_limit_holds_whatever_host_is_named(person: UserAccount, settings: Any) -> None:
    settings.ALLOWED_HOSTS = ["*"]
    for number in range(12):
        data = {"login": "da@example.org", "password": "falsch"}
        Client().post(reverse("account_login"), data, headers={"Host": f"h{number}.example"})
    assert not is_signed_in(come_from("127.0.0.1", password=PASSWORD))


@pytest.mark.parametrize(
    ("address", "network"),
    [("198.51.100.7", "198.51.100.0/24"), ("2001:db8:1:2ff::1", "2001:db8:1:200::/56"), ("?", "?")],
)
def test_neighborhoods(address: str, network: str) -> None:
    assert network_of(address) == network


def test_failures_are_in_the_log_without_who_it_was(
    person: UserAccount, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.INFO, "rathaus.security"):
        come_from("203.0.113.9")
        come_from("203.0.113.9", "weg@example.org")
    records = [record for record in caplog.records if record.name == "rathaus.security"]
    assert [record.message for record in records] == ["sign_in_failed", "sign_in_failed"]
    assert len({vars(record)["login"] for record in records}) == 2
    assert len({vars(record)["sender"] for record in records}) == 1
    assert "example.org" not in str([vars(record) for record in records])
    assert "203.0.113" not in str([vars(record) for record in records])


# ---- Passwords


@pytest.mark.parametrize(
    "guessable",
    [
        "zu kurz", "123456789012", "qwertzuiopasdf", "aaaaaaaaaaaaaaaa", "abcabcabcabcabc", "Passwort1234!",
        "password12345",
        "Musterstadt2026!", "rathaus-musterstadt", "Stadtverwaltung#1", "erika.muster.1987", "Erika-Muster-Linden",
        "Willkommen2026", "98765432109876", "IloveYou!!!!",
    ],
)  # fmt: skip
def test_what_is_easily_guessed_is_refused(guessable: str) -> None:
    identity.town(name="Musterstadt")
    person = UserAccount(
        given_name="Erika", family_name="Muster", email="erika@example.org", street="Lindenstraße"
    )
    with pytest.raises(ValidationError):
        validate_password(guessable, person)


@pytest.mark.parametrize(
    "good", [NEW, PASSWORD, "korrektpferdbatterieklammer", "839201748362", "ÄöÜ ß € 🐕 lang",
             "x!9 " + " ".join(f"Zaun am Feld {number}" for number in range(40, 52)), "%&/()=?`´+*~#'"],
)  # fmt: skip
def test_any_signs_and_any_length_are_welcome(good: str) -> None:
    validate_password(good, UserAccount(given_name="Erika", family_name="Muster"))


def test_a_password_is_taken_as_it_was_typed(client: Client) -> None:
    """Neither cut off nor trimmed nor folded."""
    long = "  Sehr langer Satz mit Leerzeichen am Rand und über siebzig Zeichen, gerade so viel  "
    identity.account(email="da@example.org", password=long)
    for wrong in (long.strip(), long[:72], long.lower()):
        log_in(client, "da@example.org", wrong)
        assert not is_signed_in(client)
    log_in(client, "da@example.org", long)
    assert is_signed_in(client)


def test_leaked_passwords_are_refused_where_the_town_has_the_list(tmp_path: Path, settings: Any) -> None:
    leaked = [f"Leck Nummer {number} im Dach" for number in range(300)]
    hashes = sorted(hashlib.sha1(text.encode()).hexdigest().upper() for text in leaked)
    file = tmp_path / "leaked.txt"
    file.write_text("".join(f"{digest}:{number}\r\n" for number, digest in enumerate(hashes)))
    assert all(is_listed(file, digest) for digest in hashes)
    assert not any(is_listed(file, digest) for digest in ("0" * 40, "F" * 40, hashes[7][:-1] + "G"))

    validate_password(leaked[0])
    settings.BREACHED_PASSWORDS = str(file)
    validate_password(NEW)
    with pytest.raises(ValidationError, match="Datendiebstahl"):
        validate_password(leaked[0])


def test_fields_for_passwords_hide_what_is_typed_and_allow_pasting(client: Client) -> None:
    for name in ("account_login", "account_signup"):
        page = client.get(reverse(name)).content.decode()
        fields = re.findall(r'<input[^>]*type="password"[^>]*>', page)
        assert fields
        assert [field for field in fields if "onpaste" in field or 'autocomplete="off"' in field] == []
    assert 'autocomplete="current-password"' in client.get(reverse("account_login")).content.decode()


# ---- The second factor of staff


@pytest.fixture
def clerk(settings: Any) -> UserAccount:
    settings.STAFF_SECOND_FACTOR = True
    return identity.employee(identity.unit(), email="da@stadt.example", password=PASSWORD)


def prove(client: Client, person: UserAccount) -> None:
    """What allauth notes in the session after a passkey or a code."""
    session = client.session
    session["account_authentication_methods"] = [{"method": "mfa", "type": "totp", "at": time.time()}]
    session["account_authentication_methods_user"] = user_id_to_str(person)
    session.save()


def test_the_desk_opens_with_a_second_factor_only(client: Client, clerk: UserAccount) -> None:
    log_in(client, "da@stadt.example")
    answer = client.get("/amt/")
    assert answer["Location"] == f"{reverse('identity:second_factor')}?next=%2Famt%2F"
    page = client.get(answer["Location"])
    assert "zweiten Faktor" in page.content.decode()
    prove(client, clerk)
    assert client.get("/amt/").status_code == 200
    assert client.get(answer["Location"])["Location"] == "/amt/"


def test_without_it_staff_are_citizens_wherever_they_go(client: Client, clerk: UserAccount) -> None:
    log_in(client, "da@stadt.example")
    assert client.get(reverse("citizen:overview")).status_code == 200
    for path in ("/amt/suche/", "/amt/druck/", "/amt/prozesse/vorfaelle/"):
        assert client.get(path).status_code in (302, 403)


def test_citizens_are_not_asked_for_it(client: Client, settings: Any) -> None:
    settings.STAFF_SECOND_FACTOR = True
    identity.sign_in(client, identity.account())
    assert client.get(reverse("identity:second_factor"))["Location"] == reverse("identity:security")


def test_a_record_of_somebody_else_is_no_second_factor(client: Client, clerk: UserAccount) -> None:
    log_in(client, "da@stadt.example")
    prove(client, identity.account("Max"))
    assert client.get("/amt/").status_code == 302


def with_codes(client: Client) -> str:
    """Codes from an app, switched on through the pages; returns the secret."""
    log_in(client, "da@example.org", PASSWORD)
    return switch_on_totp(client)


def test_a_code_of_the_app_counts_once(client: Client, person: UserAccount) -> None:
    code = code_of(with_codes(client))
    first, second = Client(), Client()
    for browser in (first, second):
        log_in(browser, "da@example.org", PASSWORD)
        browser.post(reverse("mfa_authenticate"), {"code": code})
    assert not is_signed_in(second)


def test_a_new_password_does_not_pass_by_the_second_factor(client: Client, person: UserAccount) -> None:
    with_codes(client)
    thief = Client()
    thief.post(reverse("account_reset_password"), {"email": "da@example.org"})
    thief.post(thief.get(last_link())["Location"], {"password1": NEW, "password2": NEW})
    assert not is_signed_in(thief)
    assert log_in(thief, "da@example.org", NEW)["Location"] == reverse("mfa_authenticate")
    assert not is_signed_in(thief)


def test_new_factors_are_in_the_audit(client: Client, person: UserAccount) -> None:
    log_in(client, "da@example.org", PASSWORD)
    data = {"oldpassword": PASSWORD, "password1": NEW, "password2": NEW}
    client.post(reverse("account_change_password"), data)
    actions = [entry.action for entry in audit.entries_for(f"identity.account:{person.pk}")]
    assert actions[-1] == "identity.password_changed"
