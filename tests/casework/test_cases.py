from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from rathaus.casework.enums import CoSignatureState
from rathaus.casework.examples.files import sample
from rathaus.casework.models import CoSignature, TaskDraft
from rathaus.casework.queries.beside import beside
from rathaus.engines.correspondence import public as correspondence
from rathaus.engines.processes import public as processes
from rathaus.engines.records import public as records
from rathaus.identity.public import SYSTEM, actor_for
from rathaus.intake import public as intake
from rathaus.intake.public import Inquiry
from rathaus.kernel.public import clock
from tests.casework.conftest import Desk, read_afresh, settle
from tests.casework.test_tasks import mark, sign, url, warnings_of

As = Callable[[str], Client]


def test_the_page_says_what_is_known(desk: Desk, case_id: UUID, as_: As) -> None:
    page = as_("case_worker").get(url(case_id)).content.decode()
    assert "276098100000001" in page
    assert "Erika Muster" in page


def test_taking_and_giving_back(desk: Desk, case_id: UUID, as_: As) -> None:
    client = as_("case_worker")
    client.post(url(case_id, "uebernehmen"))
    assert desk.case(case_id).assignee == desk.cast.case_worker
    assert desk.task(case_id).assignee_id == desk.cast.case_worker.pk
    client.post(url(case_id, "zurueckgeben"))
    assert (desk.case(case_id).assignee, desk.task(case_id).assignee_id) == (None, None)


def test_assigning(desk: Desk, case_id: UUID, as_: As) -> None:
    as_("case_worker").post(url(case_id, "zuteilen"), {"person": str(desk.cast.colleague.pk)})
    assert desk.task(case_id).assignee_id == desk.cast.colleague.pk
    answer = as_("case_worker").post(url(case_id, "zuteilen"), {"person": str(desk.cast.stranger.pk)})
    assert answer.status_code == 422


def test_asking_and_entering_the_answer(desk: Desk, case_id: UUID, as_: As) -> None:
    client = as_("case_worker")
    answer = client.post(url(case_id, "rueckfrage"), {"text": "Wie alt ist Bella?", "due_on": "2026-11-01"})
    assert answer.status_code == 422
    client.post(url(case_id, "rueckfrage"), {"text": "Wie alt ist Bella?", "due_on": "2026-12-15"})
    settle()
    assert desk.case(case_id).state == records.CaseState.WAITING
    client.post(url(case_id, "antwort"), {"text": "Zwei Jahre, sagt sie am Telefon."})
    (inquiry,) = intake.inquiries_of(case_id)
    assert inquiry.answer == "Zwei Jahre, sagt sie am Telefon."
    assert desk.case(case_id).state == records.CaseState.IN_PROGRESS


def test_handing_on_moves_rights_and_tasks(desk: Desk, case_id: UUID, as_: As) -> None:
    worker = as_("case_worker")
    unit = str(desk.cast.ordnungsamt.pk)
    given = {"unit": unit, "note": "Bei Ihnen richtig", "stand": mark(worker.get(url(case_id)))}
    answer = worker.post(url(case_id, "weitergeben"), given)
    assert answer["Location"] == "/amt/"
    assert worker.get(url(case_id)).status_code == 404
    assert as_("stranger").get(url(case_id)).context["panel"].task.pk == desk.task(case_id).pk


def test_other_offices_with_work_keep_the_case(desk: Desk, case_id: UUID, as_: As) -> None:
    task = desk.task(case_id)
    processes.UserTask.objects.filter(pk=task.pk).update(unit=desk.cast.buergerbuero)
    as_("case_worker").post(
        url(case_id, "weitergeben"), {"unit": str(desk.cast.ordnungsamt.pk), "note": "Bitte"}
    )
    assert as_("stranger").get(url(case_id)).status_code == 200
    assert as_("stand_in").get(url(case_id)).context["panel"].task.pk == task.pk


def test_a_follow_up_is_set_and_done(desk: Desk, case_id: UUID, as_: As) -> None:
    client = as_("case_worker")
    client.post(url(case_id, "wiedervorlage"), {"due_on": "2026-12-08", "text": "Nachsehen"})
    (found,) = records.FollowUp.objects.filter(case_id=case_id)
    assert (found.text, found.account_id) == ("Nachsehen", desk.cast.case_worker.pk)
    client.post(url(case_id, "wiedervorlagen", found.pk))
    found.refresh_from_db()
    assert found.done_at is not None


def test_a_document_is_filed_and_shown_safely(desk: Desk, case_id: UUID, as_: As) -> None:
    client = as_("case_worker")
    file = SimpleUploadedFile("plan.pdf", sample("pdf"))
    client.post(url(case_id, "hochladen"), {"file": file, "title": "Lageplan"})
    (document,) = [
        found for found in records.documents_of(SYSTEM, desk.case(case_id)) if found.title == "Lageplan"
    ]
    assert (document.direction, document.visible_to_applicant) == ("internal", False)
    answer = client.get(url(case_id, "unterlagen", document.pk))
    assert (answer["Content-Type"], answer["X-Content-Type-Options"]) == ("application/pdf", "nosniff")
    assert answer["X-Frame-Options"] == "SAMEORIGIN"
    assert client.get(url(case_id, "unterlagen") + f"?dokument={document.pk}").context["can_show"]
    other = desk.open_case()
    assert client.get(url(other, "unterlagen", document.pk)).status_code == 404
    assert as_("stranger").get(url(case_id, "unterlagen", document.pk)).status_code == 404


def test_a_file_that_is_not_what_it_says_is_refused(desk: Desk, case_id: UUID, as_: As) -> None:
    file = SimpleUploadedFile("plan.pdf", b"<script>alert(1)</script>")
    assert as_("case_worker").post(url(case_id, "hochladen"), {"file": file}).status_code == 422


def test_a_co_signature_holds_up_the_decision(desk: Desk, case_id: UUID, as_: As) -> None:
    client, task = as_("case_worker"), desk.task(case_id)
    given = {"signer": f"unit:{desk.cast.fachbereich.pk}", "text": "Bitte ansehen", "is_required": "on"}
    client.post(url(case_id, "mitzeichnung"), given)
    client.post(url(case_id, "aufgaben", task.pk), {"ergebnis": "ablehnen", "begruendung": "Kein Hund"})
    assert client.get(url(case_id, "aufgaben", task.pk, "entscheiden")).context["obstacle"] == (
        "Die Mitzeichnung fehlt noch: Leitung: Bürgermeister."
    )
    assert client.get(url(case_id)).context["to_sign"] == []
    head = as_("head")
    assert [row.what for row in head.get("/amt/?liste=mitzeichnung").context["rows"]] == ["Bitte ansehen"]
    sign(head, case_id, "ablehnen")
    assert CoSignature.objects.get().state == CoSignatureState.OPEN  # declining needs a reason
    sign(head, case_id, "ablehnen", "Bitte noch einmal anhören")
    wanted = CoSignature.objects.get()
    assert (wanted.state, wanted.given_by_name) == (CoSignatureState.DECLINED, "Lena Leitung")
    assert client.get(url(case_id, "aufgaben", task.pk, "entscheiden")).context["obstacle"] == ""


def test_a_person_of_another_office_may_open_what_is_to_be_co_signed(
    desk: Desk, case_id: UUID, as_: As
) -> None:
    stranger = as_("stranger")
    assert stranger.get(url(case_id)).status_code == 404
    as_("case_worker").post(url(case_id, "mitzeichnung"), {"signer": f"person:{desk.cast.stranger.pk}"})
    sign(stranger, case_id, "zeichnen")
    assert CoSignature.objects.get().state == CoSignatureState.SIGNED


def test_a_request_is_asked_once_and_can_be_taken_back(desk: Desk, case_id: UUID, as_: As) -> None:
    client = as_("case_worker")
    given = {"signer": f"person:{desk.cast.colleague.pk}"}
    client.post(url(case_id, "mitzeichnung"), given)
    assert client.post(url(case_id, "mitzeichnung"), given).status_code == 422
    wanted = CoSignature.objects.get()
    assert as_("stand_in").get(url(case_id)).context["to_sign"] == []
    client.post(url(case_id, "mitzeichnungen", wanted.pk), {"antwort": "zurueckziehen"})
    assert CoSignature.objects.get().state == CoSignatureState.WITHDRAWN


def test_closing_ends_the_process_and_needs_a_reason(desk: Desk, case_id: UUID, as_: As) -> None:
    client = as_("case_worker")
    assert client.post(url(case_id, "abschliessen"), {"reason": ""}).status_code == 422
    client.post(url(case_id, "abschliessen"), {"reason": "Doppelt gestellt"})
    assert desk.case(case_id).state == records.CaseState.CLOSED
    assert processes.open_tasks_of(case_id) == []
    page = client.get(url(case_id))
    assert (page.status_code, page.context["links"]) == (200, [])
    answer = client.post(url(case_id, "vermerk"), {"text": "Zu spät"}, follow=True)
    assert warnings_of(answer) == ["Das ist in diesem Vorgang nicht mehr möglich."]


def test_entering_a_withdrawal(desk: Desk, case_id: UUID, as_: As) -> None:
    as_("case_worker").post(url(case_id, "zuruecknahme"), {"reason": "Telefonisch am 1. Dezember"})
    settle()
    assert desk.case(case_id).state in {records.CaseState.WITHDRAWN, records.CaseState.CLOSED}
    assert processes.open_tasks_of(case_id) == []


def test_a_letter_outside_the_process(desk: Desk, case_id: UUID, as_: As) -> None:
    client = as_("case_worker")
    assert client.post(url(case_id, "schreiben"), {"brief": "nachricht"}).status_code == 422
    given = {"brief": "nachricht", "titel": "Zwischenbescheid", "text": "Wir brauchen noch etwas Zeit."}
    assert client.post(url(case_id, "schreiben"), given).context["is_ready"]
    assert client.get(url(case_id)[:-1] + "/schreiben.pdf").content[:5] == b"%PDF-"
    assert list(correspondence.letters_of(case_id)) == []
    client.post(url(case_id, "schreiben"), {**given, "_issue": "1"})
    (letter,) = correspondence.letters_of(case_id)
    assert (letter.title, "etwas Zeit" in letter.text) == ("Zwischenbescheid", True)


def test_the_process_is_told_as_picture_and_as_list(desk: Desk, case_id: UUID, as_: As) -> None:
    client = as_("case_worker")
    page = client.get(url(case_id, "ablauf"))
    (active,) = [step for step in page.context["progress"].steps if step.state == "active"][-1:]
    assert active.name == "Steuer prüfen und festsetzen"
    answer = client.get(url(case_id)[:-1] + "/ablauf.xml")
    assert (answer["Content-Type"], b"<bpmn:process" in answer.content) == ("application/xml", True)


def test_search_finds_what_one_may_open(desk: Desk, case_id: UUID, as_: As) -> None:
    found = {name: len(as_(name).get("/amt/suche/?q=bella").context["hits"].cases) for name in (
        "case_worker", "head", "stand_in", "stranger", "administrator"
    )}  # fmt: skip
    assert found == {"case_worker": 1, "head": 1, "stand_in": 1, "stranger": 0, "administrator": 0}
    assert as_("case_worker").get("/amt/suche/").status_code == 200


@pytest.mark.parametrize(
    "page", ["verlauf", "ablauf", "unterlagen", "vermerk", "mitzeichnung", "gibtesnicht"]
)
def test_pages_open(desk: Desk, case_id: UUID, as_: As, page: str) -> None:
    expected = 404 if page == "gibtesnicht" else 200
    assert as_("case_worker").get(url(case_id, page)).status_code == expected


def test_an_application_is_entered_at_the_counter(desk: Desk, as_: As) -> None:
    from tests.portal.walking import PAGES

    client = as_("stand_in")  # Bürgerbüro
    assert [offer.slug for offer in client.get("/amt/antrag/").context["offers"]] == ["hund-anmelden"]
    start = client.post("/amt/antrag/hund-anmelden/", {"channel": "counter"})
    entry = start["Location"]
    assert client.get(entry).status_code == 302
    for page_id, values in PAGES:
        assert client.get(f"{entry}{page_id}/").status_code == 200
        answer = client.post(f"{entry}{page_id}/", values)
        assert answer.status_code == 302, answer.context["errors"]
    assert client.get(f"{entry}angaben-pruefen/").context["missing"] == []
    answer = client.post(f"{entry}antrag-senden/")
    assert answer["Location"] == f"{entry}antrag-eingegangen/"
    settle()
    receipt = client.get(answer["Location"])
    case = receipt.context["case"]
    assert (case.channel, case.applicant, case.applicant_name) == ("counter", None, "Erika Muster")
    assert as_("colleague").get(url(case.pk)).status_code == 200
    assert client.post(f"{entry}antrag-senden/")["Location"] == f"{entry}antrag-eingegangen/"
    assert records.Case.objects.count() == 1
    assert as_("colleague").get(entry).status_code == 404
    assert client.get("/konto/").status_code == 200


def test_an_unfinished_entry_waits_and_can_be_deleted(desk: Desk, as_: As) -> None:
    client = as_("case_worker")
    entry = client.post("/amt/antrag/hund-anmelden/", {"channel": "paper"})["Location"]
    assert len(client.get("/amt/antrag/").context["begun"]) == 1
    assert len(client.get(f"{entry}angaben-pruefen/").context["missing"]) > 0
    client.post(f"{entry}loeschen/")
    assert client.get("/amt/antrag/").context["begun"] == []
    assert client.post("/amt/antrag/hund-anmelden/", {"channel": "online"}).status_code == 422
    assert actor_for(desk.cast.case_worker).is_staff


@pytest.mark.parametrize("number", [0, 1, 30])
def test_the_page_of_a_case_costs_eight_queries_whatever_is_in_it(
    desk: Desk, case_id: UUID, as_: As, number: int
) -> None:
    worker, case, client = desk.cast.actor("case_worker"), desk.case(case_id), as_("case_worker")
    for count in range(number):
        records.add_note(actor=worker, case=case, text="Telefonat")
        records.schedule_follow_up(actor=worker, case=case, due_on=clock.today(), text="Nachsehen")
        intake.ask_applicant(actor=worker, case_id=case_id, text=f"Frage {count}", due_on=clock.today())
    CoSignature.objects.bulk_create(
        CoSignature(case=case, unit=desk.cast.fachbereich, requested_at=clock.now()) for _ in range(number)
    )
    if number:
        client.post(url(case_id, "aufgaben", desk.task(case_id).pk), {"begruendung": "Bald", "_save": "1"})
    read_afresh(client, url(case_id))
    with CaptureQueriesContext(connection) as queries:
        page = client.get(url(case_id))
    assert len(queries) == 8, "\n".join(query["sql"] for query in queries)
    around, panel = page.context["around"], page.context["panel"]
    assert len(around.co_signatures) == len(around.inquiries) == number
    assert [panel.reason, page.context["expects_reply"]] == (["Bald", True] if number else ["", False])


def test_what_stands_beside_a_case_is_what_was_stored(desk: Desk, case_id: UUID, as_: As) -> None:
    worker, case = desk.cast.actor("case_worker"), desk.case(case_id)
    asked = intake.ask_applicant(actor=worker, case_id=case_id, text="Wie alt?", due_on=clock.today())
    wanted = CoSignature.objects.create(
        case=case, signer=desk.cast.colleague, requested_at=clock.now(), is_required=False, text="Bitte"
    )
    task = desk.task(case_id)
    as_("case_worker").post(
        url(case_id, "aufgaben", task.pk), {"begruendung": "Bald", "ergebnis": "ablehnen", "_save": "1"}
    )
    found = beside(worker, case_id)
    (inquiry,), (signature,) = found.inquiries, found.co_signatures
    stored = Inquiry.objects.get(pk=asked.pk)
    assert (inquiry.text, inquiry.asked_at, inquiry.due_on, inquiry.is_open) == (
        stored.text, stored.asked_at, stored.due_on, True
    )  # fmt: skip
    assert (signature.pk, signature.is_required, signature.requested_at, signature.wanted_from) == (
        wanted.pk, False, wanted.requested_at, desk.cast.colleague.name
    )  # fmt: skip
    typed, kept = found.draft_of(task.pk), TaskDraft.objects.select_related("draft").get(task=task)
    assert typed is not None
    assert (typed.reason, typed.outcome, typed.updated_at) == ("Bald", kept.outcome, kept.updated_at)
    assert (typed.draft.data if typed.draft else None) == (kept.draft.data if kept.draft else None)
    assert (found.has_incident, found.awaits_answer) == (False, True)
    of_another = beside(desk.cast.actor("colleague"), case_id)
    assert of_another.draft_of(task.pk) is None
    assert beside(worker, desk.open_case()).inquiries == ()


def test_the_timeline_comes_in_pages(desk: Desk, case_id: UUID, as_: As) -> None:
    written = clock.now()
    records.TimelineEntry.objects.bulk_create(
        records.TimelineEntry(case_id=case_id, at=written, kind="note_added", details={}) for _ in range(250)
    )
    records.FileNote.objects.bulk_create(
        records.FileNote(case_id=case_id, text=f"Nr. {number}", author_name="", created_at=written)
        for number in range(120)
    )
    client = as_("case_worker")
    total = records.TimelineEntry.objects.filter(case_id=case_id).count()
    assert sum(_sizes(client, url(case_id, "verlauf"), "pages")) == total
    assert _sizes(client, url(case_id, "verlauf"), "notes") == [50, 50, 20]
    assert client.get(url(case_id, "verlauf") + "?vor=x").context["pages"].is_first


def _sizes(client: Client, address: str, list_name: str) -> list[int]:
    sizes, older = [], ""
    while not sizes or older:
        page = client.get(address + older).context[list_name]
        sizes.append(len(page.rows))
        older = page.older
    return sizes
