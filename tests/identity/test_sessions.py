"""Sessions end by disuse, after a day's work, by their owner, and with every new password."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse

from rathaus.identity.models import UserAccount, UserSession
from rathaus.identity.services.sessions import remove_expired_sessions
from rathaus.kernel.public import audit, clock
from tests.factories import identity
from tests.factories.identity import PASSWORD

pytestmark = pytest.mark.django_db
FIREFOX = "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:140.0) Gecko/20100101 Firefox/140.0"
SAFARI = (
    "Mozilla/5.0 (iPhone; CPU iPhone OS 19_0 like Mac OS X) AppleWebKit/605 Version/19.0 Mobile Safari/604.1"
)
OVERVIEW = reverse("identity:security")


@pytest.fixture
def person() -> UserAccount:
    return identity.account(email="da@example.org", password=PASSWORD)


def signed_in(agent: str = FIREFOX) -> Client:
    client = Client(headers={"User-Agent": agent})
    client.post(reverse("account_login"), {"login": "da@example.org", "password": PASSWORD})
    return client


def is_in(client: Client) -> bool:
    return client.get(OVERVIEW).status_code == 200


def shift(**times: timedelta) -> None:
    """Set the times of the one session as if so much had passed since."""
    UserSession.objects.update(**{name: clock.wall() - passed for name, passed in times.items()})


def test_a_session_knows_its_account_and_the_device_but_no_address(person: UserAccount) -> None:
    signed_in()
    row = UserSession.objects.get()
    assert (row.account_id, row.device) == (person.pk, "Firefox, Windows")
    assert "127.0.0.1" not in str(row.get_decoded())


def test_after_an_hour_without_a_request_one_signs_in_again(person: UserAccount) -> None:
    client = signed_in()
    ends_in = UserSession.objects.get().expire_date - clock.wall()
    assert timedelta(minutes=59) < ends_in <= timedelta(minutes=60)
    shift(expire_date=timedelta(seconds=1))
    assert not is_in(client)
    assert remove_expired_sessions() == 1


def test_who_goes_on_working_stays(person: UserAccount) -> None:
    client = signed_in()
    shift(seen_at=timedelta(minutes=30))
    UserSession.objects.update(expire_date=clock.wall() + timedelta(minutes=30))
    assert is_in(client)
    row = UserSession.objects.get()
    assert row.expire_date - clock.wall() > timedelta(minutes=59)
    assert clock.wall() - row.seen_at < timedelta(minutes=1)


def test_reading_writes_at_most_every_few_minutes(person: UserAccount) -> None:
    client = signed_in()
    assert is_in(client)
    before = UserSession.objects.values_list("seen_at", "expire_date").get()
    assert is_in(client)
    assert UserSession.objects.values_list("seen_at", "expire_date").get() == before


def test_after_ten_hours_one_signs_in_again_however_busy(person: UserAccount) -> None:
    client = signed_in()
    session = client.session
    session["identity_started_at"] = (clock.wall() - timedelta(hours=9, minutes=59, seconds=59)).isoformat()
    session.save()
    assert UserSession.objects.get().expire_date - clock.wall() < timedelta(seconds=2)
    session["identity_started_at"] = (clock.wall() - timedelta(hours=10)).isoformat()
    session.save()
    assert not is_in(client)


def test_what_a_guest_began_stays_for_the_day(client: Client) -> None:
    client.session.save()
    session = client.session
    session["begun"] = 1
    session.save()
    assert UserSession.objects.get().expire_date - clock.wall() > timedelta(hours=9)


def test_the_owner_sees_all_sessions_and_ends_another(person: UserAccount) -> None:
    here, there = signed_in(FIREFOX), signed_in(SAFARI)
    page = here.get(OVERVIEW).content.decode()
    assert ("Firefox, Windows" in page, "Safari, iPhone" in page) == (True, True)
    assert not any(key in page for key in UserSession.objects.values_list("session_key", flat=True))

    entries = here.get(OVERVIEW).context["sessions"]
    other = next(entry for entry, is_this in entries if not is_this)
    answer = here.post(reverse("identity:end_sessions"), {"sitzung": other.handle})
    assert (answer.status_code, is_in(here), is_in(there)) == (302, True, False)
    entry = audit.entries_for(f"identity.account:{person.pk}").last()
    assert entry is not None and entry.action == "identity.sessions_ended"


def test_all_others_at_once_but_never_those_of_somebody_else(person: UserAccount) -> None:
    stranger = identity.sign_in(Client(), identity.account("Max"))
    here, *others = signed_in(), signed_in(), signed_in()
    here.post(reverse("identity:end_sessions"))
    assert (is_in(here), [is_in(other) for other in others], is_in(stranger)) == (True, [False, False], True)
    key = stranger.session.session_key
    here.post(reverse("identity:end_sessions"), {"sitzung": key})
    assert is_in(stranger)


def test_a_new_password_ends_the_other_sessions(person: UserAccount) -> None:
    here, there = signed_in(), signed_in()
    new = "Blaue Treppen singen leise"
    data = {"oldpassword": PASSWORD, "password1": new, "password2": new}
    assert here.post(reverse("account_change_password"), data).status_code == 302
    assert (is_in(here), is_in(there)) == (True, False)
    assert UserSession.objects.filter(account=person).count() == 1


def test_changing_a_password_takes_the_current_one(person: UserAccount) -> None:
    here = signed_in()
    data = {"oldpassword": "falsch", "password1": "Blaue Treppen singen", "password2": "Blaue Treppen singen"}
    assert here.post(reverse("account_change_password"), data).status_code == 200
    person.refresh_from_db()
    assert person.check_password(PASSWORD)


def test_each_proof_of_identity_draws_a_new_key(person: UserAccount) -> None:
    client = signed_in()
    before = client.session.session_key
    client.post(reverse("account_reauthenticate"), {"password": PASSWORD})
    after = client.session.session_key
    assert before != after
    assert not UserSession.objects.filter(session_key=before).exists()
    assert is_in(client)


def test_signing_out_ends_the_session_on_the_server(person: UserAccount) -> None:
    client = signed_in()
    key = client.session.session_key
    answer = client.post(reverse("account_logout"))
    assert answer["Clear-Site-Data"] == '"storage"'
    assert not UserSession.objects.filter(session_key=key).exists()


def test_the_command_signs_one_person_out_or_everybody(person: UserAccount) -> None:
    client, other = signed_in(), identity.sign_in(Client(), identity.account("Max"))
    call_command("sessions_end", account="DA@example.org")
    assert (is_in(client), is_in(other)) == (False, True)
    call_command("sessions_end", all=True)
    assert not is_in(other)
    with pytest.raises(CommandError, match="gibt es nicht"):
        call_command("sessions_end", account="weg@example.org")
