"""Units, posts and memberships through the pages: what happens, and what is refused with words."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.test import Client
from django.urls import reverse

from rathaus.identity.public import Membership, OrganizationalUnit, Post, Role
from rathaus.kernel.public import audit, clock
from tests.factories import identity
from tests.factories.identity import Cast


@pytest.fixture
def cast(db: None) -> Cast:
    return identity.cast()


def page(name: str, *args: object) -> str:
    return reverse(f"casework:{name}", args=args)


@pytest.fixture
def client(cast: Cast) -> Client:
    return identity.sign_in(Client(), cast.administrator)


def actions(subject: str) -> list[str]:
    return list(audit.entries_for(subject).values_list("action", flat=True))


def administrator_post(cast: Cast) -> Post:
    return Post.objects.get(memberships__account=cast.administrator)


def test_the_tree_names_units_posts_and_persons(cast: Cast, client: Client) -> None:
    text = client.get(page("admin_units")).content.decode()
    assert [name in text for name in ("Steueramt", "Sabine Steuer", "Lena Leitung")] == [True] * 3
    assert text.index("Bürgermeister") < text.index("Steueramt")


def test_a_new_unit_below_another(cast: Cast, client: Client) -> None:
    data = {"code": "vollstreckung", "name": "Vollstreckung", "parent": "steueramt", "room": "14"}
    answer = client.post(page("admin_new_unit"), data)
    unit = OrganizationalUnit.objects.get(code="vollstreckung")
    assert (answer.status_code, answer.headers["Location"]) == (302, page("admin_unit", "vollstreckung"))
    assert (unit.path, unit.room) == ("buergermeister/steueramt/vollstreckung/", "14")
    assert actions("identity.unit:vollstreckung") == ["identity.unit_created"]


@pytest.mark.parametrize(
    ("code", "name"), (("steueramt", "Noch eins"), ("neu", "Neues"), ("Amt 1", "Amt"), ("amt-2", ""))
)
def test_a_unit_that_cannot_be(cast: Cast, client: Client, code: str, name: str) -> None:
    before = OrganizationalUnit.objects.count()
    answer = client.post(page("admin_new_unit"), {"code": code, "name": name, "phone": "06128 1"})
    text = answer.content.decode()
    assert (answer.status_code, OrganizationalUnit.objects.count()) == (422, before)
    assert 'value="06128 1"' in text  # what was typed stays
    assert ("rh-error-summary" in text, "kern-error" in text) == (True, True)


def test_a_unit_changes_and_moves(cast: Cast, client: Client) -> None:
    data = {"name": "Kämmerei", "parent": "ordnungsamt", "email": "k@stadt.example"}
    assert client.post(page("admin_edit_unit", "steueramt"), data).status_code == 302
    unit = OrganizationalUnit.objects.get(code="steueramt")
    assert (unit.name, unit.path, unit.email) == ("Kämmerei", "ordnungsamt/steueramt/", "k@stadt.example")
    assert actions("identity.unit:steueramt")[-2:] == ["identity.unit_changed", "identity.unit_moved"]


def test_saving_without_a_change_leaves_no_entry(cast: Cast, client: Client) -> None:
    before = actions("identity.unit:steueramt")
    data = {"name": "Steueramt", "parent": "buergermeister"}
    assert client.post(page("admin_edit_unit", "steueramt"), data).status_code == 302
    assert actions("identity.unit:steueramt") == before


def test_a_unit_does_not_go_below_itself(cast: Cast, client: Client) -> None:
    data = {"name": "Bürgermeister", "parent": "steueramt"}
    assert client.post(page("admin_edit_unit", "buergermeister"), data).status_code == 422


def test_new_posts_get_codes_of_their_own(cast: Cast, client: Client) -> None:
    for _ in range(2):
        data = {"title": "Hundesteuer", "roles": ["case_worker", "head"]}
        assert client.post(page("admin_new_post", "steueramt"), data).status_code == 302
    first, second = Post.objects.filter(title="Hundesteuer").order_by("pk")
    assert (first.code, second.code) == ("steueramt-hundesteuer", "steueramt-hundesteuer-2")
    assert (first.is_head, first.roles) == (True, ["case_worker", "head"])
    assert actions("identity.post:steueramt-hundesteuer") == ["identity.post_created"]


def test_a_post_needs_a_role(cast: Cast, client: Client) -> None:
    answer = client.post(page("admin_new_post", "steueramt"), {"title": "Hundesteuer"})
    text = answer.content.decode()
    assert (answer.status_code, 'value="Hundesteuer"' in text) == (422, True)
    assert "mindestens eine Rolle" in text


def test_a_post_changes(cast: Cast, client: Client) -> None:
    post = Post.objects.get(memberships__account=cast.colleague)
    data = {"title": "Kasse", "roles": ["treasurer"]}
    assert client.post(page("admin_edit_post", post.code), data).status_code == 302
    post.refresh_from_db()
    assert (post.title, post.roles, post.is_head) == ("Kasse", ["treasurer"], False)
    assert cast.actor("colleague").roles == {"treasurer"}
    assert actions(f"identity.post:{post.code}")[-1] == "identity.post_changed"


def test_a_person_gets_a_post_and_leaves_it(cast: Cast, client: Client) -> None:
    post = Post.objects.get(memberships__account=cast.colleague)
    today = clock.today()
    data = {"email": "MAX@example.org", "valid_from": today.isoformat(), "valid_to": ""}
    assert client.post(page("admin_assign", post.code), data).status_code == 302
    held = Membership.objects.get(account=cast.other_citizen)
    assert (held.post, held.valid_from, held.valid_to) == (post, today, None)
    assert cast.actor("other_citizen").is_staff

    last = today + timedelta(days=30)
    assert client.post(page("admin_end", held.pk), {"last_day": last.isoformat()}).status_code == 302
    held.refresh_from_db()
    assert (held.valid_to, cast.actor("other_citizen").is_staff) == (last, True)
    assert actions(f"identity.account:{cast.other_citizen.pk}")[-2:] == [
        "identity.post_assigned",
        "identity.membership_ended",
    ]


@pytest.mark.parametrize(
    ("email", "first", "last", "message"),
    (
        ("niemand@example.org", "2026-12-01", "", "kein Konto"),
        ("max@example.org", "2026-12-01", "2026-11-30", "vor dem ersten"),
        ("max@example.org", "bald", "", "Datum"),
        ("karl.kollege@stadt.example", "2090-12-01", "", "bereits"),
    ),
)
def test_filling_a_post_is_refused_with_words(
    cast: Cast, client: Client, email: str, first: str, last: str, message: str
) -> None:
    post = Post.objects.get(memberships__account=cast.colleague)
    before = Membership.objects.count()
    data = {"email": email, "valid_from": first, "valid_to": last}
    answer = client.post(page("admin_assign", post.code), data)
    text = answer.content.decode()
    assert (answer.status_code, Membership.objects.count()) == (422, before)
    assert (message in text, f'value="{email}"' in text) == (True, True)


def test_nobody_leaves_before_coming(cast: Cast, client: Client) -> None:
    held = Membership.objects.get(account=cast.colleague)
    day = date(2020, 1, 1).isoformat()
    assert client.post(page("admin_end", held.pk), {"last_day": day}).status_code == 422


def test_the_last_administrator_stays(cast: Cast, client: Client) -> None:
    post = administrator_post(cast)
    held = Membership.objects.get(account=cast.administrator)
    today = clock.today().isoformat()
    end = client.post(page("admin_end", held.pk), {"last_day": today})
    data = {"title": post.title, "roles": ["case_worker"]}
    change = client.post(page("admin_edit_post", post.code), data)
    assert [answer.status_code for answer in (end, change)] == [422, 422]
    assert ["letzte" in answer.content.decode() for answer in (end, change)] == [True, True]

    identity.employee(cast.zentrale_dienste, "Zoe", "Zweite", roles=(Role.ADMINISTRATOR,))
    assert client.post(page("admin_end", held.pk), {"last_day": today}).status_code == 302


def test_former_holders_are_for_administrators(cast: Cast, client: Client) -> None:
    long_ago = date(2024, 1, 1)
    identity.employee(
        cast.steueramt, "Frieda", "Frueher", valid_from=long_ago, valid_to=long_ago + timedelta(days=9)
    )
    clerk = identity.sign_in(Client(), cast.case_worker)
    address = page("admin_unit", "steueramt")
    shown = ["Frieda Frueher" in who.get(address).content.decode() for who in (client, clerk)]
    assert shown == [True, False]
