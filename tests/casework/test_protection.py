"""Protected cases and information blocks: who reads is named and noted, and nobody else learns that there is a case."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core import mail
from django.core.exceptions import PermissionDenied
from django.test import Client
from django.urls import reverse

from rathaus.casework.queries.readings import readings_of
from rathaus.casework.services import protection
from rathaus.engines.processes import public as processes
from rathaus.engines.records import public as records
from rathaus.identity.public import SYSTEM, Actor, UserAccount, actor_for
from rathaus.kernel.public import clock, jobs
from tests.factories import applications, identity
from tests.factories.identity import Cast, sign_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def cast(db: None) -> Cast:
    return identity.cast()


@pytest.fixture
def case(cast: Cast) -> records.Case:
    """A case of a citizen that waits for the clerks of the Steueramt."""
    return records.case_by_id(applications.application(cast.citizen).case_id)


@pytest.fixture
def registrar(cast: Cast) -> Actor:
    roles = ("case_worker", "resident_registration")
    person = identity.employee(
        cast.buergerbuero, "Rita", "Register", roles=roles, email="rita.register@stadt.example"
    )
    return actor_for(person)


def _protect(cast: Cast, case: records.Case, *people: UserAccount, asks: bool = False) -> None:
    protection.protect(
        actor=cast.actor("head"), case=case, reason="Gefährdung", people=people, asks_purpose=asks
    )


def _sees(actor: Actor, case: records.Case) -> tuple[bool, bool, bool]:
    """Whether the case is in lists, is found, and has its tasks in the in-tray."""
    return (
        records.cases_visible_to(actor).filter(pk=case.pk).exists(),
        case.pk in {found.pk for found in records.search_cases(actor, case.case_reference)},
        processes.open_tasks(actor).filter(subject=case.pk).exists(),
    )


def test_only_the_circle_learns_of_a_protected_case(cast: Cast, case: records.Case) -> None:
    assert _sees(cast.actor("colleague"), case) == (True, True, True)
    _protect(cast, case, cast.case_worker)
    assert _sees(cast.actor("case_worker"), case) == (True, True, True)
    assert _sees(cast.actor("head"), case) == (True, True, True)
    for name in ("colleague", "stand_in", "stranger", "administrator"):
        assert _sees(cast.actor(name), case) == (False, False, False), name
    protection.lift(actor=cast.actor("head"), case=case)
    assert _sees(cast.actor("colleague"), case) == (True, True, True)


def test_only_the_head_protects(cast: Cast, case: records.Case) -> None:
    with pytest.raises(PermissionDenied):
        protection.protect(
            actor=cast.actor("case_worker"), case=case, reason="x", people=(), asks_purpose=False
        )


def test_handing_on_and_involving_keep_the_circle_closed(cast: Cast, case: records.Case) -> None:
    _protect(cast, case, cast.case_worker)
    records.involve_unit(actor=SYSTEM, case=case, unit=cast.ordnungsamt)
    assert not records.cases_visible_to(cast.actor("stranger")).filter(pk=case.pk).exists()
    records.hand_on_case(actor=SYSTEM, case=case, unit=cast.ordnungsamt)
    for name in ("stranger", "case_worker"):
        assert not records.cases_visible_to(cast.actor(name)).filter(pk=case.pk).exists()


def test_each_reading_is_noted_and_no_other(cast: Cast, case: records.Case, client: Client) -> None:
    page = reverse("casework:case", args=[case.pk])
    sign_in(client, cast.case_worker)
    assert "Auskunftssperre" not in client.get(page).content.decode()
    assert readings_of([case]) == []
    _protect(cast, case, cast.case_worker)
    document = records.documents_of(SYSTEM, case).first()
    assert document is not None
    assert client.get(page).status_code == 200
    assert client.get(reverse("casework:document", args=[case.pk, document.pk])).status_code == 200
    assert [(found.who, found.page) for found in readings_of([case])] == [
        (cast.case_worker.name, "Dokument"),
        (cast.case_worker.name, "Vorgang"),
    ]
    sign_in(client, cast.colleague)
    assert client.get(page).status_code == 404
    assert len(readings_of([case])) == 2
    sign_in(client, cast.administrator)
    answer = client.get(reverse("casework:readings")).content.decode()
    assert case.case_reference in answer
    assert case.title not in answer


def test_the_reader_is_asked_what_for(cast: Cast, case: records.Case, client: Client) -> None:
    _protect(cast, case, cast.case_worker, asks=True)
    page, question = (reverse(f"casework:{name}", args=[case.pk]) for name in ("case", "read_purpose"))
    sign_in(client, cast.case_worker)
    assert client.get(page)["Location"] == question
    assert client.post(question, {"purpose": "neugier"}).status_code == 422
    assert client.post(question, {"purpose": "legal"}).status_code == 302
    assert client.get(page).status_code == 200
    (found,) = readings_of([case])
    assert found.purpose == str(records.ReadPurpose.LEGAL.label)


def test_a_block_protects_all_cases_of_a_person_also_those_to_come(
    cast: Cast, case: records.Case, registrar: Actor, client: Client
) -> None:
    until = clock.today() + timedelta(days=400)
    values = {"kind": "full", "valid_until": until, "source": "Meldebehörde", "reason": ""}
    with pytest.raises(PermissionDenied):
        protection.set_block(actor=cast.actor("case_worker"), case=case, **values)  # type: ignore[arg-type]  # mixed
    block = protection.set_block(actor=registrar, case=case, **values)  # type: ignore[arg-type]  # mixed
    later = records.case_by_id(applications.application(UserAccount.objects.get(pk=cast.citizen.pk)).case_id)
    for affected in (case, later):
        assert _sees(cast.actor("colleague"), affected) == (False, False, False)
        assert _sees(cast.actor("head"), affected) == (True, True, True)
    sign_in(client, cast.head)
    assert "Auskunftssperre" in client.get(reverse("casework:case", args=[case.pk])).content.decode()
    with pytest.raises(records.ProtectionRefused):
        protection.lift(actor=cast.actor("head"), case=records.case_by_id(case.pk))
    protection.end_block(actor=registrar, block_id=block.pk)
    assert _sees(cast.actor("colleague"), case) == (True, True, True)


def test_a_block_ends_by_date_and_is_named_before(cast: Cast, case: records.Case, registrar: Actor) -> None:
    until = clock.today() + timedelta(days=20)
    protection.set_block(actor=registrar, case=case, kind="full", valid_until=until, source="Amt", reason="")
    protection.keep_blocks()
    protection.keep_blocks()
    jobs.run_pending()
    told = [message for message in mail.outbox if message.to == ["rita.register@stadt.example"]]
    assert len(told) == 1
    assert cast.citizen.family_name not in told[0].body
    with clock.travel(clock.now() + timedelta(days=21)):
        protection.keep_blocks()
        assert not records.running_blocks().exists()
    assert not records.case_by_id(case.pk).is_protected
    assert not UserAccount.objects.get(pk=cast.citizen.pk).has_information_block


def test_a_disclosure_is_examined_and_noted(cast: Cast, case: records.Case) -> None:
    clerk = cast.actor("case_worker")
    said = {"recipient": "Inkasso", "note": "Anschrift", "was_refused": False}
    with pytest.raises(records.ProtectionRefused):
        records.note_disclosure(actor=clerk, case=case, is_confirmed=False, **said)  # type: ignore[arg-type]  # mixed
    records.note_disclosure(actor=clerk, case=case, is_confirmed=True, **said)  # type: ignore[arg-type]  # mixed
    assert [line.kind for line in records.timeline_of(clerk, case)][-1] == "disclosed"
    assert all(line.kind != "disclosed" for line in records.timeline_of(cast.actor("citizen"), case))


def test_a_head_decides_and_another_confirms_on_screen(
    cast: Cast, case: records.Case, client: Client
) -> None:
    records.set_case_state(actor=SYSTEM, case=case, state="withdrawn")
    second = identity.employee(cast.steueramt, roles=("head",), email="zweite.leitung@stadt.example")
    with clock.travel(clock.now().replace(year=clock.today().year + 40)):
        records.propose_disposals()
        made = records.DisposalList.objects.get()
        item = made.items.get()
        pages = {
            name: reverse(f"casework:{name}", args=[made.pk])
            for name in ("disposal", "decide_disposal", "confirm_disposal", "disposal_record")
        }
        sign_in(client, cast.head)
        client.post(pages["decide_disposal"], {f"entscheidung-{item.pk}": "destroy"})
        client.post(pages["confirm_disposal"])
        assert records.DisposalList.objects.get().state == "decided", "one person alone destroys nothing"
        sign_in(client, second)
        assert item.file_reference in client.get(pages["disposal"]).content.decode()
        client.post(pages["confirm_disposal"])
        jobs.run_pending(raise_errors=True)
        assert not records.Case.objects.filter(pk=case.pk).exists()
        record = client.get(pages["disposal_record"]).content.decode()
    assert case.case_reference in record
    assert cast.citizen.family_name not in record
