"""Office and applicant talk: questions, answers, documents, withdrawal."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

import pytest
from django.core.exceptions import PermissionDenied

from rathaus.casework.examples.files import store_sample
from rathaus.casework.examples.world import World
from rathaus.engines.correspondence import public as correspondence
from rathaus.engines.processes import public as processes
from rathaus.engines.records import public as records
from rathaus.identity.public import SYSTEM, Actor, UserAccount, actor_for
from rathaus.intake import public as intake
from rathaus.kernel.public import clock, jobs
from tests.factories.blueprints import example_data, install
from tests.factories.identity import account

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> World:
    return install("hund-anmelden")


@pytest.fixture
def erika() -> UserAccount:
    return account("Erika", "Muster")


@pytest.fixture
def case_id(world: World, erika: UserAccount) -> UUID:
    receipt = intake.receive(
        intake.Envelope(
            service="hund-anmelden",
            data=example_data("hund-anmelden", "erster-hund"),
            channel=intake.Channel.ONLINE,
            token="dialogue",
            actor=actor_for(erika),
            account=erika,
        )
    )
    jobs.run_pending()
    return receipt.case_id


def ask(world: World, case_id: UUID) -> intake.Inquiry:
    inquiry = intake.ask_applicant(
        actor=world.actor("sachbearbeitung"),
        case_id=case_id,
        text="Welche Farbe hat der Hund?",
        due_on=clock.today() + timedelta(days=14),
    )
    jobs.run_pending()
    return inquiry


def titles(account: UserAccount) -> list[str]:
    return list(correspondence.inbox_of(actor_for(account)).values_list("title", flat=True))


def test_a_question_waits_for_its_answer(world: World, erika: UserAccount, case_id: UUID) -> None:
    ask(world, case_id)
    assert records.case_by_id(case_id).state == "waiting"
    assert titles(erika).count("Wir haben eine Frage zu Ihrem Antrag") == 1

    upload = store_sample("foto.png", "png", actor_for(erika))
    intake.reply_to_office(actor=actor_for(erika), case_id=case_id, text="Braun.", uploads=[upload])

    case = records.case_by_id(case_id)
    assert case.state == "in_progress"
    assert [inquiry.answer for inquiry in intake.inquiries_of(case_id)] == ["Braun."]
    assert "foto.png" in [document.title for document in records.documents_of(SYSTEM, case)]


def test_a_second_answer_is_refused(world: World, erika: UserAccount, case_id: UUID) -> None:
    ask(world, case_id)
    intake.reply_to_office(actor=actor_for(erika), case_id=case_id, text="Braun.")

    with pytest.raises(intake.NotPossible):
        intake.reply_to_office(actor=actor_for(erika), case_id=case_id, text="Schwarz.")

    assert [inquiry.answer for inquiry in intake.inquiries_of(case_id)] == ["Braun."]


def stranger() -> Actor:
    return actor_for(account("Max", "Beispiel"))


def test_a_stranger_learns_nothing_of_the_case(case_id: UUID) -> None:
    with pytest.raises(records.CaseNotFound):
        intake.withdraw_application(actor=stranger(), case_id=case_id)
    with pytest.raises(records.CaseNotFound):
        intake.reply_to_office(actor=stranger(), case_id=case_id, text="Hallo")
    with pytest.raises((records.CaseNotFound, PermissionDenied)):
        intake.ask_applicant(actor=stranger(), case_id=case_id, text="?", due_on=clock.today())


def test_withdrawing_ends_the_process(erika: UserAccount, case_id: UUID) -> None:
    intake.withdraw_application(actor=actor_for(erika), case_id=case_id, reason="Hund verkauft")
    jobs.run_pending()

    assert records.case_by_id(case_id).state in {"withdrawn", "closed"}
    assert processes.open_tasks_of(case_id) == []


def test_without_an_account_the_question_goes_to_print() -> None:
    world = install("wohnberatung")
    receipt = intake.receive(
        intake.Envelope(
            service="wohnberatung",
            data=example_data("wohnberatung", "hausbesuch"),
            channel=intake.Channel.COUNTER,
            token="print",
            actor=SYSTEM,
        )
    )
    jobs.run_pending()
    intake.ask_applicant(
        actor=world.actor("koordination"), case_id=receipt.case_id, text="Passt Montag?", due_on=clock.today()
    )
    jobs.run_pending()

    *_others, question = correspondence.letters_of(receipt.case_id)
    assert question.way == "print"
    assert "Passt Montag?" in question.text
