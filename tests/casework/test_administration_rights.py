"""Who may open and change what in the administration: every page and every form, with the whole cast."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from rathaus.engines.correspondence.public import SigningAuthority, grant_signing_authority
from rathaus.identity.public import SYSTEM, Membership, OrganizationalUnit, Post, Role, StandIn
from rathaus.kernel.public import audit, clock, jobs
from tests.factories import identity
from tests.factories.identity import Cast
from tests.factories.portal import install_service

STAFF = ("case_worker", "colleague", "stranger", "stand_in", "head", "administrator", "designer")

FOR_STAFF = (
    ("admin_start", ()),
    ("admin_units", ()),
    ("admin_unit", ("steueramt",)),
    ("admin_stand_ins", ()),
    ("admin_services", ()),
    ("admin_signing", ()),
)
FOR_ADMINISTRATORS = (
    ("admin_new_unit", ()),
    ("admin_edit_unit", ("steueramt",)),
    ("admin_new_post", ("steueramt",)),
    ("admin_jobs", ()),
    ("admin_audit", ()),
    ("admin_grant_signing", ()),
)


@pytest.fixture
def cast(db: None) -> Cast:
    return identity.cast()


def as_(cast: Cast, name: str) -> Client:
    return identity.sign_in(Client(), getattr(cast, name))


def page(name: str, args: tuple[object, ...] = ()) -> str:
    return reverse(f"casework:{name}", args=args)


def post_of(cast: Cast) -> Post:
    return Post.objects.filter(unit=cast.steueramt).order_by("pk")[0]


def state() -> list[int]:
    """What the forms would change, and the entries that they would leave."""
    tables = (OrganizationalUnit, Post, Membership, StandIn, SigningAuthority, audit.AuditEntry)
    return [model.objects.count() for model in tables]


@pytest.mark.parametrize("name", STAFF)
def test_all_staff_open_what_is_for_all(cast: Cast, name: str) -> None:
    client = as_(cast, name)
    assert {path: client.get(page(path, args)).status_code for path, args in FOR_STAFF} == {
        path: 200 for path, _ in FOR_STAFF
    }


@pytest.mark.parametrize("name", STAFF)
def test_the_rest_is_for_administrators(cast: Cast, name: str) -> None:
    expected = 200 if name == "administrator" else 403
    client = as_(cast, name)
    post = post_of(cast)
    pages = (
        *FOR_ADMINISTRATORS,
        ("admin_edit_post", (post.code,)),
        ("admin_assign", (post.code,)),
        ("admin_end", (post.memberships.get().pk,)),
    )
    assert {path: client.get(page(path, args)).status_code for path, args in pages} == {
        path: expected for path, _ in pages
    }


def test_citizens_are_refused_and_guests_sign_in(cast: Cast) -> None:
    citizen, guest = as_(cast, "citizen"), Client()
    for path, args in (*FOR_STAFF, *FOR_ADMINISTRATORS):
        assert citizen.get(page(path, args)).status_code == 403, path
        answer = guest.get(page(path, args))
        assert (answer.status_code, answer.headers["Location"].split("?")[0]) == (
            302,
            reverse("account_login"),
        ), path


def test_a_refusal_is_a_page_in_plain_german(cast: Cast) -> None:
    answer = as_(cast, "case_worker").get(page("admin_audit"))
    assert "Diese Seite" in answer.content.decode()


@pytest.mark.parametrize("name", ("citizen", "case_worker", "head", "designer"))
def test_forms_of_administrators_change_nothing_for_others(cast: Cast, name: str) -> None:
    post = post_of(cast)
    authority = grant_signing_authority(actor=SYSTEM, unit=cast.ordnungsamt, post_role=Role.HEAD)
    job = jobs.Job.objects.create(
        task="a.b", state=jobs.JobState.DEAD, enqueued_at=clock.now(), run_after=clock.now()
    )
    client = as_(cast, name)
    before = state()
    day = clock.today().isoformat()
    posts: tuple[tuple[str, tuple[object, ...], dict[str, object]], ...] = (
        ("admin_new_unit", (), {"code": "neues-amt", "name": "Neues Amt"}),
        ("admin_edit_unit", ("steueramt",), {"name": "Anders"}),
        ("admin_new_post", ("steueramt",), {"title": "Neu", "roles": ["case_worker"]}),
        ("admin_edit_post", (post.code,), {"title": "Neu", "roles": ["administrator"]}),
        ("admin_assign", (post.code,), {"email": "max@example.org", "valid_from": day}),
        ("admin_end", (post.memberships.get().pk,), {"last_day": day}),
        ("admin_retry_job", (job.pk,), {}),
        ("admin_verify_audit", (), {}),
        ("admin_grant_signing", (), {"unit": "steueramt", "post_role": "head"}),
        ("admin_revoke_signing", (authority.pk,), {}),
    )
    assert {path: client.post(page(path, args), data).status_code for path, args, data in posts} == {
        path: 403 for path, _, _ in posts
    }
    assert state() == before
    post.refresh_from_db()
    job.refresh_from_db()
    assert ("administrator" in post.roles, job.state) == (False, jobs.JobState.DEAD)


@pytest.mark.parametrize("path", ("admin_retry_job", "admin_revoke_signing", "admin_revoke_stand_in"))
def test_what_only_changes_has_no_page(cast: Cast, path: str) -> None:
    assert as_(cast, "administrator").get(page(path, (1,))).status_code == 405


def test_unknown_things_are_not_found(cast: Cast) -> None:
    client = as_(cast, "administrator")
    for path, args in (
        ("admin_unit", ("nirgends",)),
        ("admin_edit_post", ("nirgends",)),
        ("admin_end", (999_999,)),
        ("admin_service", ("nirgends",)),
    ):
        assert client.get(page(path, args)).status_code == 404, path


@pytest.mark.parametrize("name", STAFF)
def test_services_are_switched_by_designers_and_administrators(cast: Cast, name: str) -> None:
    service = install_service()
    client = as_(cast, name)
    allowed = name in ("administrator", "designer")
    address = page("admin_service", (service.slug,))
    shown = client.get(address)
    assert (shown.status_code, 'name="reason_de"' in shown.content.decode()) == (200, allowed)
    answer = client.post(address, {"reason_de": "Umbau bis Mai.", "reason_en": "Rebuilding until May."})
    service.refresh_from_db()
    assert (answer.status_code, service.is_active) == ((302, False) if allowed else (403, True))


def test_navigation_shows_what_one_may_open(cast: Cast) -> None:
    clerk = as_(cast, "case_worker").get(page("admin_start")).content.decode()
    chief = as_(cast, "administrator").get(page("admin_start")).content.decode()
    assert [page("admin_jobs") in text for text in (clerk, chief)] == [False, True]
    assert [page("admin_units") in text for text in (clerk, chief)] == [True, True]


@pytest.mark.parametrize(
    "path", ("admin_start", "admin_units", "admin_unit", "admin_stand_ins", "admin_jobs", "admin_audit")
)
def test_the_number_of_queries_does_not_grow(
    cast: Cast, path: str, django_assert_max_num_queries: object
) -> None:
    for number in range(12):
        unit = identity.unit(f"bereich-{number}", parent=cast.steueramt)
        worker = identity.employee(unit, "Nora", f"Nummer-{number}")
        identity.employee(cast.steueramt, "Udo", f"Umlauf-{number}")
        identity.stand_in(worker, cast.colleague)
    client = as_(cast, "administrator")
    address = page(path, ("steueramt",) if path == "admin_unit" else ())
    client.get(address)
    with django_assert_max_num_queries(9):  # type: ignore[operator]  # the fixture is untyped
        assert client.get(address).status_code == 200
