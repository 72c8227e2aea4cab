from __future__ import annotations

from datetime import timedelta

import pytest
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.test import Client, RequestFactory
from django.urls import reverse

from rathaus.identity.guards import View, assurance_required, citizen_required, safe_next, staff_required
from rathaus.identity.models import UserAccount
from rathaus.identity.public import AssuranceLevel, actor_of, policies
from rathaus.identity.sessions import attach_actor, start_session
from rathaus.kernel.public import clock
from tests.factories import identity
from tests.factories.identity import Cast

pytestmark = pytest.mark.django_db


def view(request: HttpRequest) -> HttpResponse:
    return HttpResponse("drin")


def request_of(
    person: UserAccount | None, path: str = "/amt/?a=1", *, level: str | None = None, **headers: str
) -> HttpRequest:
    """A request with a real session, signed in as this person at this level."""
    client = Client()
    request = RequestFactory().get(path, headers=headers)
    request.session = client.session
    request.user = AnonymousUser()
    attach_actor(request)
    if person is not None:
        start_session(request, UserAccount.objects.get(pk=person.pk), AssuranceLevel(level or "low"))
    return request


def test_guests_are_sent_to_sign_in_and_back(cast: Cast) -> None:
    for guarded in (citizen_required(view), staff_required(view), assurance_required("low")(view)):
        answer = guarded(request_of(None))
        assert (answer.status_code, answer["Location"]) == (302, "/zugang/login/?next=%2Famt%2F%3Fa%3D1")


def test_htmx_loads_the_whole_sign_in_page(cast: Cast) -> None:
    answer = citizen_required(view)(request_of(None, **{"HX-Request": "true"}))
    assert (answer.status_code, answer["HX-Redirect"]) == (204, "/zugang/login/?next=%2Famt%2F%3Fa%3D1")


def test_staff_pages_refuse_citizens_and_other_roles(cast: Cast) -> None:
    entered = {
        name: {guard_name for guard_name, guard in guards().items() if enters(guard, getattr(cast, name))}
        for name in ("citizen", "case_worker", "administrator")
    }
    assert entered == {
        "citizen": {"citizen"},
        "case_worker": {"citizen", "staff"},
        "administrator": {"citizen", "staff", "administrator"},
    }


def guards() -> dict[str, View]:
    return {
        "citizen": citizen_required(view),
        "staff": staff_required(view),
        "administrator": staff_required(role="administrator")(view),
    }


def enters(guarded: View, person: UserAccount) -> bool:
    try:
        return guarded(request_of(person)).status_code == 200
    except PermissionDenied:
        return False


def test_a_better_proof_is_asked_for_and_runs_out(cast: Cast) -> None:
    guarded = assurance_required("substantial")(view)
    answer = guarded(request_of(cast.citizen))
    assert answer["Location"] == "/zugang/nachweis/?stufe=substantial&next=%2Famt%2F%3Fa%3D1"
    request = request_of(cast.citizen, level="high")
    assert guarded(request).status_code == 200
    with clock.travel(clock.now() + timedelta(minutes=61)):
        attach_actor(request)
        assert actor_of(request).assurance == "low"


def test_a_raised_level_belongs_to_the_account_that_raised_it(cast: Cast) -> None:
    request = request_of(cast.citizen, level="high")
    request.user = UserAccount.objects.get(pk=cast.other_citizen.pk)
    attach_actor(request)
    assert actor_of(request).assurance == "low"


@pytest.mark.parametrize(
    ("wanted", "target"),
    [
        ("/konto/?a=1", "/konto/?a=1"),
        ("https://boese.example/", "/"),
        ("//boese.example/", "/"),
        ("/\\boese.example/", "/"),
        ("///boese.example", "/"),
        ("javascript:alert(1)", "/"),
        ("konto", "/"),
        ("", "/"),
    ],
)
def test_next_stays_in_the_house(wanted: str, target: str) -> None:
    assert safe_next(RequestFactory().get("/", {"next": wanted})) == target
    assert safe_next(RequestFactory().post("/", {"next": wanted})) == target


def test_an_unknown_policy_is_an_error_and_not_an_answer(cast: Cast) -> None:
    with pytest.raises(policies.UnknownPolicy, match="manage_accounts"):
        policies.allows(cast.actor("administrator"), "identity.nothing")
    with pytest.raises(ValueError, match="already registered"):
        policies.register("identity.manage_accounts", lambda actor, obj: True)


def test_the_step_up_page_explains_itself(client: Client, cast: Cast) -> None:
    identity.sign_in(client, cast.citizen)
    page = client.get(reverse("identity:step_up"), {"stufe": "substantial", "next": "/konto/"})
    assert "Demo-Ausweis" in page.content.decode()
    assert client.get(reverse("identity:step_up"), {"stufe": "low"})["Location"] == "/"
    assert client.get(reverse("identity:step_up"), {"stufe": "quatsch"}).status_code == 404


def test_profile(client: Client, cast: Cast) -> None:
    identity.sign_in(client, cast.citizen)
    data = {"given_name": "Erika", "family_name": "Muster", "street": "Bachgasse", "language": "de"}
    assert client.post(reverse("identity:profile"), data).status_code == 302
    cast.citizen.refresh_from_db()
    assert (cast.citizen.street, cast.citizen.house_number) == ("Bachgasse", "")
