"""Stand-ins: everybody for themselves, heads for their people, administrators for all."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from rathaus.identity.public import StandIn, UserAccount
from rathaus.kernel.public import audit, clock
from tests.factories import identity
from tests.factories.identity import Cast

PAGE = "casework:admin_stand_ins"


@pytest.fixture
def cast(db: None) -> Cast:
    return identity.cast()


def as_(cast: Cast, name: str) -> Client:
    return identity.sign_in(Client(), getattr(cast, name))


def data(substitute: UserAccount, *, absent: UserAccount | None = None) -> dict[str, str]:
    first = clock.today() + timedelta(days=2)
    return {
        "absent": str(absent.pk) if absent else "",
        "substitute": str(substitute.pk),
        "valid_from": first.isoformat(),
        "valid_to": (first + timedelta(days=10)).isoformat(),
        "note": "Fristen im Kalender",
    }


def appointed() -> list[tuple[str, str]]:
    rows = StandIn.objects.filter(note="Fristen im Kalender").order_by("pk")
    return [(row.absent.family_name, row.substitute.family_name) for row in rows]


def test_ones_own_absence(cast: Cast) -> None:
    answer = as_(cast, "colleague").post(reverse(PAGE), data(cast.case_worker))
    assert (answer.status_code, appointed()) == (302, [("Kollege", "Steuer")])
    entry = audit.entries_for(f"identity.account:{cast.colleague.pk}").latest("id")
    assert (entry.action, entry.actor) == ("identity.stand_in_appointed", f"staff:{cast.colleague.pk}")


def test_a_clerk_cannot_send_others_away(cast: Cast) -> None:
    """The field for the absent person does not exist; what is sent in it does not count."""
    as_(cast, "colleague").post(reverse(PAGE), data(cast.stranger, absent=cast.case_worker))
    assert appointed() == [("Kollege", "Ordnung")]


def test_a_head_only_for_the_own_people(cast: Cast) -> None:
    client = as_(cast, "head")
    assert client.post(reverse(PAGE), data(cast.colleague, absent=cast.case_worker)).status_code == 302
    assert client.post(reverse(PAGE), data(cast.colleague, absent=cast.stranger)).status_code == 422
    assert appointed() == [("Steuer", "Kollege")]


def test_an_administrator_for_all(cast: Cast) -> None:
    answer = as_(cast, "administrator").post(reverse(PAGE), data(cast.colleague, absent=cast.stranger))
    assert (answer.status_code, appointed()) == (302, [("Ordnung", "Kollege")])


@pytest.mark.parametrize(
    ("more", "message"),
    (
        ({"valid_to": "2026-01-01"}, "vor dem ersten"),
        ({"substitute": ""}, "wer vertritt"),
        ({"valid_from": ""}, "zwingend"),
        ({"valid_from": "2020-01-01", "valid_to": "2020-01-02"}, "schon vorbei"),
    ),
)
def test_refused_with_words_and_nothing_lost(cast: Cast, more: dict[str, str], message: str) -> None:
    answer = as_(cast, "colleague").post(reverse(PAGE), data(cast.case_worker) | more)
    text = answer.content.decode()
    assert (answer.status_code, appointed()) == (422, [])
    assert (message in text, "Fristen im Kalender" in text, "rh-error-summary" in text) == (True,) * 3


def test_nobody_stands_in_for_themselves(cast: Cast) -> None:
    answer = as_(cast, "colleague").post(reverse(PAGE), data(cast.colleague))
    assert (answer.status_code, appointed()) == (422, [])


def test_what_runs_now_stands_first(cast: Cast) -> None:
    client = as_(cast, "case_worker")
    client.post(reverse(PAGE), data(cast.colleague))
    text = client.get(reverse(PAGE)).content.decode()
    assert text.index("running-title") < text.index("Vera Vertretung") < text.index("planned-title")


def test_who_sees_an_absence(cast: Cast) -> None:
    names = ("case_worker", "stand_in", "head", "administrator", "colleague", "stranger")
    # The list of people to choose from names everybody, but not who is away.
    shown = {
        name: 'aria-labelledby="running-title"' in as_(cast, name).get(reverse(PAGE)).content.decode()
        for name in names
    }
    assert shown == dict.fromkeys(names[:4], True) | dict.fromkeys(names[4:], False)


@pytest.mark.parametrize(
    ("name", "status", "left"),
    (
        ("case_worker", 302, 0),
        ("head", 302, 0),
        ("administrator", 302, 0),
        ("stand_in", 403, 1),
        ("colleague", 404, 1),
        ("citizen", 403, 1),
    ),
)
def test_who_revokes(cast: Cast, name: str, status: int, left: int) -> None:
    row = StandIn.objects.get(absent=cast.case_worker)
    answer = as_(cast, name).post(reverse("casework:admin_revoke_stand_in", args=[row.pk]))
    assert (answer.status_code, StandIn.objects.count()) == (status, left)
    last = audit.entries_for(f"identity.account:{cast.case_worker.pk}").latest("id").action
    assert (last == "identity.stand_in_revoked") is (left == 0)


def test_what_is_over_stays_in_the_books(cast: Cast) -> None:
    row = StandIn.objects.get(absent=cast.case_worker)
    row.valid_from, row.valid_to = clock.today() - timedelta(days=9), clock.today() - timedelta(days=1)
    row.save()
    client = as_(cast, "administrator")
    assert client.post(reverse("casework:admin_revoke_stand_in", args=[row.pk])).status_code == 404
    assert "over-title" in client.get(reverse(PAGE)).content.decode()
