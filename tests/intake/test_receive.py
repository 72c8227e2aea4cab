"""The one door: stored once, or not at all."""

from __future__ import annotations

import threading
from typing import Any

import pytest
from django.db import connection, connections

from rathaus.blueprints import public as blueprints
from rathaus.engines.correspondence import public as correspondence
from rathaus.engines.processes import public as processes
from rathaus.engines.records import public as records
from rathaus.identity.public import ANONYMOUS, SYSTEM, actor_for
from rathaus.intake import public as intake
from rathaus.intake.models import Application
from rathaus.kernel.public import audit, jobs
from tests.factories.blueprints import example_data, install
from tests.factories.identity import account

SLUG = "wohnberatung"


def envelope(token: str = "t-1", data: dict[str, Any] | None = None, **changes: Any) -> intake.Envelope:
    fields: dict[str, Any] = {
        "service": SLUG,
        "data": example_data(SLUG, "hausbesuch") if data is None else data,
        "channel": intake.Channel.COUNTER,
        "token": token,
        "actor": SYSTEM,
    }
    return intake.Envelope(**{**fields, **changes})


@pytest.mark.django_db
def test_an_application_becomes_a_numbered_case_with_a_running_process() -> None:
    install(SLUG)

    receipt = intake.receive(envelope())
    jobs.run_pending()

    case = records.case_by_id(receipt.case_id)
    assert (case.case_reference, case.case_type, case.state) == (receipt.case_reference, SLUG, "received")
    assert case.due_on == receipt.due_on is not None
    assert [task.element_id for task in processes.open_tasks_of(case.id)] != []
    assert "intake.received" in [entry.action for entry in audit.entries_for(f"records.case:{case.id}")]


@pytest.mark.django_db
def test_the_same_token_gives_the_same_receipt() -> None:
    install(SLUG)

    first = intake.receive(envelope())
    second = intake.receive(envelope())

    assert second == first
    assert (first.is_repeated, second.is_repeated) == (False, True)
    assert Application.objects.count() == 1


@pytest.mark.django_db
def test_a_token_opens_nothing_for_another_account_or_service() -> None:
    install(SLUG)
    first, second = account("Erika", "Muster"), account("Max", "Fremd")
    intake.receive(envelope(actor=actor_for(first), account=first))

    others: tuple[dict[str, Any], ...] = (
        {"actor": actor_for(second), "account": second},
        {"actor": ANONYMOUS},
        {"actor": actor_for(first), "account": first, "service": "hund-anmelden"},
    )
    for changes in others:
        with pytest.raises(intake.NotAccepted):
            intake.receive(envelope(**changes))

    assert Application.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_two_workers_with_one_token_store_once() -> None:
    install(SLUG)
    data = example_data(SLUG, "hausbesuch")
    start, receipts = threading.Barrier(4), []

    def work() -> None:
        start.wait()
        try:
            receipts.append(intake.receive(envelope(data=data)))
        finally:
            connections.close_all()

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(receipts) == 4
    assert len({receipt.case_reference for receipt in receipts}) == 1
    assert records.Case.objects.count() == 1


@pytest.mark.django_db
def test_errors_name_their_fields_and_nothing_is_stored() -> None:
    install(SLUG)
    data = example_data(SLUG, "hausbesuch")
    data["gibtesnicht"] = 1
    del data["beschreibung"]

    with pytest.raises(intake.InvalidSubmission) as refused:
        intake.receive(envelope(data=data))

    assert {"gibtesnicht", "beschreibung"} <= {error.path for error in refused.value.errors}
    assert (Application.objects.count(), records.Case.objects.count()) == (0, 0)


@pytest.mark.django_db
def test_a_service_that_is_off_takes_nothing() -> None:
    install(SLUG)
    service = blueprints.service(SLUG)
    blueprints.switch_service(
        actor=SYSTEM, service=service, is_active=False, reason={"de": "Pause", "en": "Pause"}
    )

    with pytest.raises(intake.NotAccepted):
        intake.receive(envelope())


@pytest.mark.django_db
def test_online_needs_the_level_that_the_service_asks_for() -> None:
    install("hund-anmelden")
    data = example_data("hund-anmelden", "erster-hund")
    online = {"service": "hund-anmelden", "data": data, "channel": intake.Channel.ONLINE}

    with pytest.raises(intake.NotAccepted):
        intake.receive(envelope("a", actor=ANONYMOUS, **online))

    person = account("Erika", "Muster")
    receipt = intake.receive(envelope("b", actor=actor_for(person), account=person, **online))
    assert records.case_by_id(receipt.case_id).applicant == person


@pytest.mark.django_db
def test_the_pdf_is_filed_once_and_the_applicant_told_once() -> None:
    install("hund-anmelden")
    person = account("Erika", "Muster")
    data = example_data("hund-anmelden", "erster-hund")
    receipt = intake.receive(
        envelope(service="hund-anmelden", data=data, actor=actor_for(person), account=person)
    )

    jobs.run_pending()
    intake.file_application_pdf(application_id=receipt.application_id)

    case = records.case_by_id(receipt.case_id)
    filed = list(records.documents_of(SYSTEM, case))
    assert [document.kind for document in filed].count("application") == 1
    messages = correspondence.inbox_of(actor_for(person)).values_list("title", flat=True)
    assert list(messages) == ["Wir haben Ihren Antrag erhalten"]


@pytest.mark.django_db
def test_a_submission_costs_few_statements(django_assert_max_num_queries: Any) -> None:
    install(SLUG)
    data = example_data(SLUG, "hausbesuch")
    intake.receive(envelope("warm", data=data))

    with django_assert_max_num_queries(34):
        intake.receive(envelope("measured", data=data))

    assert connection.vendor in {"sqlite", "postgresql"}
