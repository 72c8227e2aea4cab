from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

import pytest
from django.test import Client

from rathaus.casework.models import TaskDraft
from rathaus.engines.correspondence import public as correspondence
from rathaus.engines.processes import public as processes
from rathaus.engines.records import public as records
from rathaus.identity.public import SYSTEM, UserAccount
from tests.casework.conftest import Desk, settle
from tests.factories import identity

As = Callable[[str], Client]


def url(case_id: UUID, *steps: object) -> str:
    return "/".join(["/amt/vorgaenge", str(case_id), *(str(step) for step in steps), ""])


def mark(answer: Any) -> str:
    """The state of the case that a page remembers."""
    return str(answer.context["mark"])


def warnings_of(answer: Any) -> list[str]:
    return [str(message) for message in answer.context["messages"]]


def test_the_instruction_and_the_ways_out_stand_on_top(desk: Desk, case_id: UUID, as_: As) -> None:
    panel = as_("case_worker").get(url(case_id)).context["panel"]
    assert panel.task.element_id == "pruefung"
    assert [outcome.label for outcome in panel.outcomes] == [
        "Wie angemeldet festsetzen",
        "Ohne Ermäßigung festsetzen",
        "Anmeldung ablehnen",
    ]
    assert panel.needs_reason_for == ("Ohne Ermäßigung festsetzen", "Anmeldung ablehnen")


def test_a_missing_reason_is_said_and_what_was_typed_stays(desk: Desk, case_id: UUID, as_: As) -> None:
    client, task = as_("case_worker"), desk.task(case_id)
    answer = client.post(url(case_id, "aufgaben", task.pk), {"ergebnis": "ablehnen", "begruendung": " "})
    assert answer.status_code == 422
    assert [error.message for error in answer.context["panel"].errors] == [
        "Begründen Sie „Anmeldung ablehnen“."
    ]
    answer = client.post(
        url(case_id, "aufgaben", task.pk), {"ergebnis": "kaputt", "begruendung": "Weil es so ist"}
    )
    assert (answer.status_code, answer.context["panel"].reason) == (422, "Weil es so ist")


def test_saved_text_is_there_again_and_only_for_its_writer(desk: Desk, case_id: UUID, as_: As) -> None:
    client, task = as_("case_worker"), desk.task(case_id)
    client.post(url(case_id, "aufgaben", task.pk), {"_save": "1", "begruendung": "Halb\x00 fertig"})
    assert client.get(url(case_id)).context["panel"].reason == "Halb fertig"
    assert as_("colleague").get(url(case_id)).context["panel"].reason == ""


def test_the_letter_is_seen_before_it_is_sent(desk: Desk, case_id: UUID, as_: As) -> None:
    client, task = as_("case_worker"), desk.task(case_id)
    page = client.get(url(case_id))
    answer = client.post(
        url(case_id, "aufgaben", task.pk), {"ergebnis": "festsetzen", "begruendung": "", "stand": mark(page)}
    )
    decide = url(case_id, "aufgaben", task.pk, "entscheiden")
    assert answer["Location"] == f"{decide}?ergebnis=festsetzen"
    assert desk.task(case_id).pk == task.pk  # nothing is done yet
    page = client.get(answer["Location"])
    pdf = client.get(f"{url(case_id, 'aufgaben', task.pk)}brief.pdf?ergebnis=festsetzen")
    assert (pdf.status_code, pdf["Content-Type"], pdf.content[:5]) == (200, "application/pdf", b"%PDF-")
    assert pdf["X-Frame-Options"] == "SAMEORIGIN"
    assert processes.tasks_of(case_id)[0].state == processes.TaskState.OPEN
    assert records.case_by_id(case_id).state == records.CaseState.RECEIVED
    client.post(decide, {"stand": mark(page)})
    settle()
    task = desk.task(case_id)
    assert task.element_id == "marke"
    client.post(url(case_id, "aufgaben", task.pk), {"markennummer": "T-00123", "ergebnis": ""})
    settle()
    assert [letter.key for letter in correspondence.letters_of(case_id)] == ["bescheid"]
    assert correspondence.letters_of(case_id)[0].signed_by == desk.cast.case_worker
    assert not TaskDraft.objects.exists()


def test_a_task_form_is_checked_and_kept(desk: Desk, case_id: UUID, as_: As) -> None:
    client = as_("case_worker")
    decide(client, desk, case_id, "festsetzen")
    task = desk.task(case_id)
    answer = client.post(url(case_id, "aufgaben", task.pk), {"markennummer": "12", "ergebnis": ""})
    assert answer.status_code == 422
    assert 'value="12"' in str(answer.context["panel"].fields)
    answer = client.post(url(case_id, "aufgaben", task.pk), {"markennummer": "T-00123", "ergebnis": ""})
    assert answer.status_code == 302
    settle()
    results = {result.name: result for result in client.get(url(case_id)).context["results"]}
    assert results[task.name].rows == (("Nummer der Steuermarke", "T-00123"),)


def decide(client: Client, desk: Desk, case_id: UUID, outcome: str, reason: str = "") -> None:
    task = desk.task(case_id)
    answer = client.post(url(case_id, "aufgaben", task.pk), {"ergebnis": outcome, "begruendung": reason})
    assert answer.status_code == 302, answer.content.decode()[-3000:]
    if "entscheiden" in answer["Location"]:
        answer = client.post(answer["Location"])
        assert answer.status_code == 302
    settle()


def test_the_second_sees_what_the_first_did(desk: Desk, case_id: UUID, as_: As) -> None:
    first, second, task = as_("case_worker"), as_("colleague"), desk.task(case_id)
    seen = mark(second.get(url(case_id)))
    first.post(url(case_id, "vermerk"), {"text": "Telefonat mit der Halterin"})
    given = {"ergebnis": "ablehnen", "begruendung": "Kein Hund", "stand": seen}
    answer = second.post(url(case_id, "aufgaben", task.pk), given)
    assert answer.status_code == 409
    panel = answer.context["panel"]
    assert [(change.text, change.who) for change in panel.changes] == [
        ("Aktenvermerk geschrieben", "Sabine Steuer")
    ]
    assert panel.reason == "Kein Hund"
    answer = second.post(url(case_id, "aufgaben", task.pk), {**given, "stand": mark(answer)})
    assert answer.status_code == 302


def test_a_task_is_done_once_and_the_other_text_is_not_lost(desk: Desk, case_id: UUID, as_: As) -> None:
    first, second, task = as_("case_worker"), as_("colleague"), desk.task(case_id)
    decide(first, desk, case_id, "ablehnen", "Es gibt keinen Hund")
    answer = second.post(
        url(case_id, "aufgaben", task.pk), {"ergebnis": "festsetzen", "begruendung": "Mein Text"}
    )
    assert answer.status_code == 409
    assert answer.context["lost"] == "Mein Text"
    assert warnings_of(answer) == [
        "Sabine Steuer hat „Steuer prüfen und festsetzen“ schon erledigt. Anmeldung ablehnen"
    ]


def test_the_second_to_confirm_is_stopped(desk: Desk, case_id: UUID, as_: As) -> None:
    client, task = as_("case_worker"), desk.task(case_id)
    client.post(url(case_id, "aufgaben", task.pk), {"ergebnis": "festsetzen", "begruendung": ""})
    page = client.get(url(case_id, "aufgaben", task.pk, "entscheiden"))
    as_("colleague").post(url(case_id, "vermerk"), {"text": "Warte noch"})
    answer = client.post(url(case_id, "aufgaben", task.pk, "entscheiden"), {"stand": mark(page)})
    assert (answer.status_code, len(answer.context["changes"])) == (409, 1)
    assert desk.task(case_id).pk == task.pk


@pytest.mark.parametrize(
    ("name", "status"),
    [
        ("case_worker", 200),
        ("colleague", 200),
        ("stand_in", 200),
        ("head", 200),
        ("stranger", 404),
        ("administrator", 404),
        ("designer", 404),
        ("citizen", 403),
        ("other_citizen", 403),
    ],
)
def test_who_may_open_a_case(desk: Desk, case_id: UUID, as_: As, name: str, status: int) -> None:
    client, task = as_(name), desk.task(case_id)
    pages = [
        url(case_id),
        url(case_id, "unterlagen"),
        url(case_id, "verlauf"),
        url(case_id, "ablauf"),
        url(case_id)[:-1] + "/ablauf.xml",
        url(case_id, "schreiben"),
        url(case_id, "vermerk"),
        url(case_id, "rueckfrage"),
    ]
    assert {page: client.get(page).status_code for page in pages} == dict.fromkeys(pages, status)
    writes = [url(case_id, "uebernehmen"), url(case_id, "aufgaben", task.pk)]
    expected = 302 if status == 200 else status
    data = {"_save": "1", "begruendung": "x"}
    assert [client.post(page, data).status_code for page in writes] == [expected, expected]


def test_a_stand_in_acts(desk: Desk, case_id: UUID, as_: As) -> None:
    decide(as_("stand_in"), desk, case_id, "ablehnen", "Kein Hund")
    (line,) = [line for line in records.timeline_of(SYSTEM, desk.case(case_id)) if line.kind == "task_done"]
    assert (line.text, line.actor_name) == (
        "Steuer prüfen und festsetzen: Anmeldung ablehnen",
        "Vera Vertretung",
    )


def test_who_may_not_sign_cannot_decide(desk: Desk, case_id: UUID, as_: As) -> None:
    correspondence.SigningAuthority.objects.update(post_role="head")
    head = identity.employee(desk.cast.steueramt, "Hanna", "Haupt", roles=("head",))
    client, task = as_("case_worker"), desk.task(case_id)
    client.post(url(case_id, "aufgaben", task.pk), {"ergebnis": "festsetzen", "begruendung": ""})
    page = client.get(url(case_id, "aufgaben", task.pk, "entscheiden"))
    assert page.context["obstacle"].startswith("Sie dürfen diesen Brief nicht zeichnen.")
    client.post(url(case_id, "aufgaben", task.pk, "entscheiden"))
    assert desk.task(case_id).pk == task.pk
    client.post(url(case_id, "mitzeichnung"), {"signer": f"person:{head.pk}", "is_required": "on"})
    sign(identity.sign_in(Client(), head), case_id, "zeichnen")
    decide(client, desk, case_id, "ablehnen", "Kein Hund")
    assert correspondence.letters_of(case_id)[0].signed_by == UserAccount.objects.get(pk=head.pk)


def sign(client: Client, case_id: UUID, answer: str, note: str = "") -> None:
    (wanted,) = client.get(url(case_id)).context["to_sign"]
    client.post(url(case_id, "mitzeichnungen", wanted.pk), {"antwort": answer, "anmerkung": note})
