"""Auskunft to people without an account: references and numbers, an archive after a check, nothing protected."""

from __future__ import annotations

import io
import json
import zipfile
from datetime import date

import pytest
from django.core.exceptions import PermissionDenied
from django.test import Client
from django.urls import reverse

from rathaus.casework.services import protection
from rathaus.casework.services import subject_requests as service
from rathaus.engines.records import public as records
from rathaus.identity.public import SYSTEM, Actor, actor_for
from rathaus.intake import public as intake
from rathaus.kernel.models import AuditEntry
from tests.factories import applications, identity
from tests.factories.identity import Cast, sign_in

pytestmark = pytest.mark.django_db
ASKING = service.Person(email="Anna@Example.org")
BORN = date(1980, 5, 17)


@pytest.fixture
def cast(db: None) -> Cast:
    return identity.cast()


@pytest.fixture
def officer(cast: Cast) -> Actor:
    person = identity.employee(
        cast.zentrale_dienste, "Doris", "Daten", roles=("data_protection",), email="daten@stadt.example"
    )
    return actor_for(person)


@pytest.fixture
def case(cast: Cast) -> records.Case:
    """The application of somebody without an account, entered for her."""
    return _apply(cast, "Anna", "Ohnekonto")


def _apply(cast: Cast, given_name: str, family_name: str) -> records.Case:
    case = records.case_by_id(applications.application(cast.citizen).case_id)
    case.applicant = None
    case.save(update_fields=["applicant"])
    applicant = {
        "name": f"{given_name} {family_name}", "given_name": given_name, "family_name": family_name,
        "birth_date": BORN.isoformat(), "email": f"{given_name.lower()}@example.org",
    }  # fmt: skip
    intake.Application.objects.filter(case=case).update(applicant=applicant, account=None)
    return case


def _cases(found: service.Findings) -> list[object]:
    return [entry.case.pk for entry in found.cases]


@pytest.mark.parametrize(
    ("person", "is_found"),
    [
        (ASKING, True),
        (service.Person(family_name="ohnekonto", birth_date=BORN), True),
        (service.Person(family_name="Ohnekonto", given_name="Anna", birth_date=BORN), True),
        (service.Person(family_name="Ohnekonto", given_name="Berta", birth_date=BORN), False),
        (service.Person(family_name="Ohnekonto", birth_date=date(1980, 5, 18)), False),
        (service.Person(email="anna@example.or"), False),
    ],
    ids=["mail", "name", "full name", "another given name", "another day", "part of a mail"],
)
def test_who_is_found(
    cast: Cast, officer: Actor, case: records.Case, person: service.Person, is_found: bool
) -> None:
    _apply(cast, "Zoe", "Anderswer")
    found = service.look_up(actor=officer, person=person)
    assert _cases(found) == ([case.pk] if is_found else [])
    assert found.is_empty is not is_found
    assert "subject_looked_up" in AuditEntry.objects.latest("id").action


@pytest.mark.parametrize("person", [service.Person(), service.Person(family_name="Ohnekonto")])
def test_a_vague_question_is_not_answered(officer: Actor, person: service.Person) -> None:
    with pytest.raises(service.RequestRefused):
        service.look_up(actor=officer, person=person)


def test_only_data_protection_asks(cast: Cast, case: records.Case) -> None:
    for name in ("citizen", "case_worker", "head", "administrator"):
        with pytest.raises(PermissionDenied):
            service.look_up(actor=cast.actor(name), person=ASKING)
        with pytest.raises(PermissionDenied):
            service.hand_out(actor=cast.actor(name), person=ASKING, identity_check="gesehen")


def test_the_archive_holds_what_the_person_may_see_and_is_noted(officer: Actor, case: records.Case) -> None:
    records.add_note(actor=SYSTEM, case=case, text="Geheimer Vermerk")
    with pytest.raises(service.RequestRefused):
        service.hand_out(actor=officer, person=ASKING, identity_check=" ")
    packed = zipfile.ZipFile(
        io.BytesIO(service.hand_out(actor=officer, person=ASKING, identity_check="Ausweis gesehen"))
    )
    text = packed.read("daten.json").decode()
    assert [entry["reference"] for entry in json.loads(text)["cases"]] == [case.case_reference]
    assert "Geheimer Vermerk" not in text
    entries = AuditEntry.objects.filter(action="casework.subject_data_packed")
    assert case.audit_subject in set(entries.values_list("subject", flat=True))
    assert "Ausweis gesehen" in entries.latest("id").details
    assert "Ohnekonto" not in "".join(entries.values_list("details", flat=True))


def test_of_protected_cases_nothing_but_their_number(cast: Cast, officer: Actor, case: records.Case) -> None:
    other = _apply(cast, "Anna", "Ohnekonto")
    protection.protect(actor=cast.actor("head"), case=case, reason="Gefahr", people=(), asks_purpose=False)
    found = service.look_up(actor=officer, person=ASKING)
    assert (_cases(found), found.protected) == ([other.pk], 1)
    packed = service.hand_out(actor=officer, person=ASKING, identity_check="Ausweis gesehen")
    data = json.loads(zipfile.ZipFile(io.BytesIO(packed)).read("daten.json"))
    assert case.case_reference not in json.dumps(data)
    assert data["left_out"]["cases"] == 1


def test_an_account_with_a_protected_case_is_left_out(cast: Cast, officer: Actor) -> None:
    case = records.case_by_id(applications.application(cast.citizen).case_id)
    person = service.Person(email="erika@example.org")
    assert [account.pk for account in service.look_up(actor=officer, person=person).accounts] == [
        cast.citizen.pk
    ]
    protection.protect(actor=cast.actor("head"), case=case, reason="Gefahr", people=(), asks_purpose=False)
    found = service.look_up(actor=officer, person=person)
    assert (list(found.accounts), found.closed_accounts, found.protected) == ([], 1, 1)
    packed = service.hand_out(actor=officer, person=person, identity_check="Ausweis gesehen")
    assert "Lindenstra" not in zipfile.ZipFile(io.BytesIO(packed)).read("daten.json").decode()


def test_on_screen(officer: Actor, case: records.Case) -> None:
    client = sign_in(Client(), identity.UserAccount.objects.get(pk=officer.account_id))
    url = reverse("casework:subject_request")
    assert client.get(url).status_code == 200
    asked = {"email": "anna@example.org"}
    page = client.post(url, asked).content.decode()
    assert case.case_reference in page and case.title not in page
    assert client.post(url, {**asked, "herausgeben": "1"}).status_code == 422
    answer = client.post(url, {**asked, "herausgeben": "1", "identity_check": "Ausweis gesehen"})
    assert answer["Content-Type"] == "application/zip"
    assert client.post(url, {}).status_code == 422
