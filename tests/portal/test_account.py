"""My account: cases, documents, questions, messages; and that nobody sees what belongs to others."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from rathaus.engines.correspondence.public import InboxMessage, Letter, deliver, send_message
from rathaus.engines.processes.models import MessageWait
from rathaus.engines.records.public import Case, Document, assign_case, set_case_state
from rathaus.identity.public import SYSTEM
from rathaus.intake.public import Inquiry, ask_applicant
from rathaus.kernel.public import clock, jobs
from rathaus.portal.web import account, inbox
from tests.factories import correspondence, records
from tests.factories.forms import pdf
from tests.factories.identity import Cast
from tests.portal import walking

PDF = pdf()


@pytest.fixture
def case(citizen: Client, dogs: str) -> Case:
    """A case that the citizen opened through the portal."""
    walking.apply(citizen)
    return Case.objects.get()


@pytest.fixture
def question(case: Case, cast: Cast) -> Inquiry:
    return ask_applicant(
        actor=cast.actor("case_worker"),
        case_id=case.id,
        text="Seit wann lebt Bella bei Ihnen?",
        due_on=date(2026, 12, 15),
    )


def text(client: Client, path: str) -> str:
    answer = client.get(path)
    assert answer.status_code == 200
    return answer.content.decode()


def url(case: Case, step: str = "") -> str:
    return f"/konto/vorgaenge/{case.id}/{step}"


@pytest.mark.parametrize("path", ["/konto/", "/konto/dokumente/", "/konto/postfach/"])
def test_guests_sign_in_first(client: Client, cast: Cast, path: str) -> None:
    assert client.get(path)["Location"].startswith("/zugang/login/?next=%2Fkonto%2F")


@pytest.mark.parametrize("path", ["/konto/", "/konto/dokumente/", "/konto/postfach/"])
def test_an_empty_account(citizen: Client, path: str) -> None:
    assert "rh-empty" in text(citizen, path)


def test_the_card_says_where_it_stands(citizen: Client, case: Case) -> None:
    page = text(citizen, "/konto/")
    assert "Hunde anmelden" in page
    assert "Ihr Antrag liegt seit heute bei dieser Stelle: Steueramt." in page
    assert "Voraussichtlich fertig bis 15. Dezember 2026." in page
    with clock.travel(clock.now() + timedelta(days=3)):
        assert "Ihr Antrag liegt seit 3 Tagen bei dieser Stelle: Steueramt." in text(citizen, "/konto/")
    with clock.travel(clock.now() + timedelta(days=30)):
        assert "Es dauert leider länger als geplant." in text(citizen, "/konto/")


@pytest.mark.parametrize(
    ("state", "sentence"),
    [
        ("waiting", "Ihr Antrag ruht (Steueramt)"),
        ("decided", "Entschieden am 1. Dezember 2026 (Steueramt)."),
        ("withdrawn", "Sie haben diesen Antrag zurückgenommen."),
    ],
)
def test_every_state_has_its_sentence(citizen: Client, case: Case, state: str, sentence: str) -> None:
    set_case_state(actor=SYSTEM, case=case, state=state)
    assert sentence in text(citizen, "/konto/")
    assert sentence in text(citizen, url(case))


def test_the_case_page(citizen: Client, case: Case, cast: Cast) -> None:
    assign_case(actor=cast.actor("case_worker"), case=case, assignee=cast.case_worker)
    page = text(citizen, url(case))
    assert case.case_reference in page
    assert "Jetzt bei: Steueramt" in page
    assert "Sabine" not in page


def test_others_find_nothing(
    other: Client, staff: Client, client: Client, case: Case, question: Inquiry
) -> None:
    for step in ("", "zuruecknehmen/", "unterlagen/", "antwort/"):
        path = url(case, step)
        for person in (other, staff):
            assert person.get(path).status_code == 404
            assert person.post(path, {"text": "Hallo"}).status_code == (404 if step else 405)
            assert person.get(path.replace(str(case.id), str(uuid4()))).status_code == 404
        assert client.get(path).status_code == 302
    assert Case.objects.get().state == "waiting"
    assert Inquiry.objects.get().answered_at is None


def test_a_question_is_answered_in_place(citizen: Client, case: Case, question: Inquiry) -> None:
    assert "Ihre Antwort fehlt" in text(citizen, "/konto/")
    assert "Seit wann lebt Bella bei Ihnen?" in text(citizen, url(case))
    answer = {"text": "Seit Oktober.", "attachments": SimpleUploadedFile("vertrag.pdf", PDF)}
    assert citizen.post(url(case, "antwort/"), answer)["Location"] == url(case)
    question.refresh_from_db()
    assert question.answer == "Seit Oktober."
    assert list(Document.objects.values_list("title", flat=True)) == ["vertrag.pdf"]
    assert Case.objects.get().state == "in_progress"
    citizen.post(url(case, "antwort/"), {"text": "Noch einmal."})
    question.refresh_from_db()
    assert question.answer == "Seit Oktober."


def test_an_empty_answer_is_explained(citizen: Client, case: Case, question: Inquiry) -> None:
    page = citizen.post(url(case, "antwort/"), {"text": " "}).content.decode()
    assert "Schreiben Sie eine Antwort oder wählen Sie ein Dokument aus." in page
    assert 'id="error-summary"' in page


def test_a_refused_file_keeps_the_answer(citizen: Client, case: Case, question: Inquiry) -> None:
    answer = {"text": "Mein Text", "attachments": SimpleUploadedFile("x.exe", b"MZ")}
    page = citizen.post(url(case, "antwort/"), answer).content.decode()
    assert "Mein Text" in page
    assert 'id="error-summary"' in page
    assert Inquiry.objects.get().answered_at is None


def test_documents_are_added(citizen: Client, case: Case) -> None:
    sent = [SimpleUploadedFile("a.pdf", PDF), SimpleUploadedFile("b.pdf", PDF)]
    assert citizen.post(url(case, "unterlagen/"), {"attachments": sent})["Location"] == url(case)
    assert sorted(Document.objects.values_list("title", flat=True)) == ["a.pdf", "b.pdf"]
    assert (
        "Wählen Sie mindestens ein Dokument aus." in citizen.post(url(case, "unterlagen/")).content.decode()
    )


def test_an_application_is_taken_back(citizen: Client, case: Case) -> None:
    assert "Antrag zurücknehmen?" in text(citizen, url(case, "zuruecknehmen/"))
    assert Case.objects.get().state == "received"
    assert citizen.post(url(case, "zuruecknehmen/"), {"reason": ""})["Location"] == url(case)
    assert "Antrag zurücknehmen" not in text(citizen, url(case))
    assert citizen.post(url(case, "zuruecknehmen/"))["Location"] == url(case)
    jobs.run_pending()
    assert "Sie haben diesen Antrag zurückgenommen." in text(citizen, url(case))
    assert "nicht mehr zurücknehmen" in text(citizen, url(case, "zuruecknehmen/"))


def test_documents_are_handed_out_as_what_they_are(
    citizen: Client, other: Client, staff: Client, case: Case
) -> None:
    shown = records.document(case, "Bescheid", visible_to_applicant=True, file_name="Bescheid Ä.pdf")
    hidden = records.document(case, "Vermerk")
    script = records.document(
        case, "Seite", visible_to_applicant=True, media_type="text/html", file_name="seite.html"
    )
    page = text(citizen, url(case))
    assert "Bescheid" in page
    assert "Vermerk" not in page
    answer = citizen.get(f"/konto/dokumente/{shown.id}/")
    assert answer["Content-Type"] == "application/pdf"
    assert answer["Content-Disposition"] == "inline; filename*=utf-8''Bescheid%20%C3%84.pdf"
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert citizen.get(f"/konto/dokumente/{shown.id}/?sichern=1")["Content-Disposition"].startswith(
        "attachment"
    )
    assert citizen.get(f"/konto/dokumente/{script.id}/")["Content-Disposition"].startswith("attachment")
    assert citizen.get(f"/konto/dokumente/{hidden.id}/").status_code == 404
    for person in (other, staff):
        assert person.get(f"/konto/dokumente/{shown.id}/").status_code == 404
        assert "Bescheid" not in text(person, "/konto/dokumente/")
    listed = text(citizen, "/konto/dokumente/")
    assert ("Bescheid" in listed, "Vermerk" in listed) == (True, False)


def test_messages_are_read(citizen: Client, other: Client, case: Case, cast: Cast) -> None:
    message = send_message(
        actor=SYSTEM,
        account=cast.citizen,
        subject=case.id,
        title="Ihre Marke",
        text="Sie ist <b>unterwegs</b>.",
    )
    assert "Ihre Marke" in text(citizen, "/konto/")
    assert "rh-message--unread" in text(citizen, "/konto/postfach/")
    assert other.get(f"/konto/postfach/{message.id}/").status_code == 404
    assert InboxMessage.objects.get().read_at is None
    page = text(citizen, f"/konto/postfach/{message.id}/")
    assert "&lt;b&gt;unterwegs&lt;/b&gt;" in page
    assert url(case) in page
    assert InboxMessage.objects.get().read_at == clock.now()
    assert "rh-message--unread" not in text(citizen, "/konto/postfach/")


@pytest.mark.parametrize("count", [1, 3])
def test_the_account_is_lean(
    citizen: Client, dogs: str, cast: Cast, count: int, at_most_queries: Callable[[int], Any]
) -> None:
    for _ in range(count):
        walking.apply(citizen)
        walking.begin(citizen)
    for case in Case.objects.all():
        records.document(case, visible_to_applicant=True)
        send_message(actor=SYSTEM, account=cast.citizen, subject=case.id, title="Nachricht", text="Text")
    case, message = Case.objects.all()[0], InboxMessage.objects.all()[0]
    read = f"/konto/postfach/{message.id}/"
    for path in ("/konto/", url(case), "/konto/dokumente/", "/konto/postfach/", read):
        citizen.get(path)
        with at_most_queries(6):
            citizen.get(path)


@pytest.mark.parametrize("questions", [0, 1, 30])
def test_a_waiting_case_is_lean(
    citizen: Client, case: Case, cast: Cast, questions: int, at_most_queries: Callable[[int], Any]
) -> None:
    for number in range(questions):
        ask_applicant(actor=SYSTEM, case_id=case.id, text=f"Frage {number}?", due_on=date(2026, 12, 20))
    Case.objects.filter(pk=case.pk).update(state="waiting")
    for name in ("antwort", "unterlagen"):
        MessageWait.objects.create(element_id="wait", name=name, subject=case.pk)
    citizen.get(url(case))
    with at_most_queries(7 if questions else 6):
        page = citizen.get(url(case))
    asked = page.context["asked"]
    assert (asked.is_open, asked.question is not None) == (True, questions > 0)
    assert asked.wants_documents is not bool(questions)


def test_a_decision_is_read_in_plain_words_first(citizen: Client, case: Case, cast: Cast) -> None:
    source = correspondence.source(
        "Die Steuer beträgt **15,00 €**.", more='summary: {de: "Ihr Hund ist angemeldet."}\n'
    )
    letter = correspondence.letter(text=source, subject=case.id)
    document = records.document(case, "Bescheid", visible_to_applicant=True)
    Letter.objects.filter(pk=letter.pk).update(document_id=document.id)
    letter.refresh_from_db()
    deliver(actor=SYSTEM, letter=letter, account=cast.citizen)
    page = text(citizen, f"/konto/postfach/{InboxMessage.objects.get().id}/")
    places = [
        page.index(words) for words in ("Kurz gesagt", "Ihr Hund ist angemeldet.", "15,00", "Als PDF öffnen")
    ]
    assert places == sorted(places)
    assert f"/konto/dokumente/{document.id}/" in page
    assert "Gilt als bekannt gegeben am" in page
    assert page.count("<h1") == 1


def all_pages(client: Client, path: str) -> list[Any]:
    """The rows of every page, one page after the other."""
    rows, address = [], path
    for _page in range(9):
        page = client.get(address).context["page"]
        rows += page.rows
        if not page.older:
            return rows
        address = path + page.older
    raise AssertionError("the pages have no end")


def test_long_lists_go_on_behind_the_last_row(
    citizen: Client, dogs: str, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    """All at the same moment, so that the key alone decides; each is there once, and only what is one's own."""
    for name, module in (("CASES", account), ("DOCUMENTS", account), ("MESSAGES", inbox)):
        monkeypatch.setattr(module, f"{name}_A_PAGE", 2)
    for owner in (cast.citizen, cast.other_citizen):
        for number in range(5):
            case = records.case(applicant=owner)
            records.document(case, visible_to_applicant=True)
            send_message(
                actor=SYSTEM, account=owner, title=f"Nr. {number}", text="Guten Tag", subject=case.id
            )
    mine = Case.objects.filter(applicant=cast.citizen)
    assert sorted(case.pk for case in all_pages(citizen, "/konto/")) == sorted(
        mine.values_list("pk", flat=True)
    )
    documents = all_pages(citizen, "/konto/dokumente/")
    assert len({document.pk for document in documents}) == len(documents) == 5
    assert {document.case.applicant_id for document in documents} == {cast.citizen.pk}
    messages = all_pages(citizen, "/konto/postfach/")
    assert (len({message.pk for message in messages}), len(messages)) == (5, 5)
    for nonsense in ("x", "0001-01-01T00:00:00%2B14:00~" + str(uuid4()), "2026-12-01T00:00:00~1"):
        assert citizen.get(f"/konto/postfach/?vor={nonsense}").context["page"].is_first
