"""A whole application without JavaScript, and everything that can happen on the way."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from rathaus.blueprints.public import service, switch_service
from rathaus.engines.forms.public import Draft
from rathaus.engines.records.models import DocumentVersion
from rathaus.engines.records.public import Case, Document
from rathaus.identity.public import SYSTEM
from rathaus.intake.public import Application
from rathaus.kernel.blobs.store import path_of
from rathaus.kernel.doctor.keeping import check_blobs
from rathaus.kernel.public import blobs
from tests.factories import identity, portal
from tests.factories.forms import pdf
from tests.factories.identity import Cast
from tests.portal import walking
from tests.portal.walking import url

PDF = pdf()


def test_a_whole_application(citizen: Client, dogs: str, cast: Cast) -> None:
    draft_id = walking.begin(citizen)
    walking.fill(citizen, draft_id)
    summary = citizen.get(url(draft_id, "angaben-pruefen")).content.decode()
    assert "Bella" in summary
    assert "Aarstraße 12" in summary
    answer = walking.send(citizen, draft_id)
    assert answer["Location"] == url(draft_id, "antrag-eingegangen")
    application = Application.objects.select_related("case").get()
    assert application.account == cast.citizen
    receipt = citizen.get(answer["Location"]).content.decode()
    assert application.case.case_reference in receipt
    assert "15. Dezember 2026" in receipt


def test_sending_again_gives_the_same_receipt(citizen: Client, dogs: str) -> None:
    draft_id = walking.apply(citizen)
    again = walking.send(citizen, draft_id)
    assert again["Location"] == url(draft_id, "antrag-eingegangen")
    assert Case.objects.count() == 1
    assert citizen.get(url(draft_id, "halterin"))["Location"] == url(draft_id, "antrag-eingegangen")


def test_the_application_as_pdf(citizen: Client, other: Client, dogs: str) -> None:
    draft_id = walking.apply(citizen)
    answer = citizen.get(f"{url(draft_id)}antrag.pdf")
    assert answer["Content-Type"] == "application/pdf"
    assert answer["Content-Disposition"].startswith("attachment")
    assert answer.content.startswith(b"%PDF-")
    assert other.get(f"{url(draft_id)}antrag.pdf").status_code == 404
    assert other.get(url(draft_id, "antrag-eingegangen")).status_code == 404


@pytest.mark.parametrize("harm", ["damaged", "missing", "away"])
def test_a_document_that_cannot_be_opened_is_a_page_that_says_whom_to_tell(
    citizen: Client, dogs: str, harm: str, caplog: pytest.LogCaptureFixture
) -> None:
    draft_id = walking.apply(citizen)
    citizen.raise_request_exception = False
    assert citizen.get(f"{url(draft_id)}antrag.pdf").status_code == 200
    version = DocumentVersion.objects.filter(media_type="application/pdf").first()
    assert version is not None
    path = path_of(version.blob_id)
    whole = path.read_bytes()
    path.unlink()
    if harm == "damaged":
        path.write_bytes(whole[:-1] + bytes([whole[-1] ^ 1]))
    elif harm == "away":
        path.mkdir()
    answer = citizen.get(f"{url(draft_id)}antrag.pdf")
    page = answer.content.decode()
    assert answer.status_code == (503 if harm == "away" else 500)
    assert "Dieses Dokument lässt sich nicht öffnen" in page
    assert f"<code>{answer['X-Request-ID']}</code>" in page
    assert ("Systemverwaltung" in page, "Retry-After" in answer) == (harm != "away", harm == "away")
    assert ("blob_unreadable" in caplog.text) == (harm != "away")
    noted = 0 if harm == "away" else 1
    assert blobs.count_unreadable() == noted
    if harm == "away":
        path.rmdir()
    else:
        (finding,) = [found for found in check_blobs() if found.level == "fail"]
        assert version.blob_id in finding.message
        path.unlink(missing_ok=True)
    path.write_bytes(whole)
    assert [found.level for found in check_blobs()] == ["ok"]
    assert blobs.count_unreadable() == 0


def test_the_account_fills_in_what_it_knows(citizen: Client, dogs: str) -> None:
    draft_id = walking.begin(citizen)
    page = citizen.get(url(draft_id, "halterin")).content.decode()
    assert "Schritt 1 von 7: Wer hält den Hund?" in page
    for known in ("Erika", "Muster", "erika@example.org", "Lindenstraße", "99999"):
        assert f'value="{known}"' in page


def test_wrong_answers_are_kept_and_explained(citizen: Client, dogs: str) -> None:
    draft_id = walking.begin(citizen)
    answer = citizen.post(url(draft_id, "halterin"), walking.KEEPER | {"halter.geburtsdatum": "31.2.1984"})
    page = answer.content.decode()
    assert len(walking.errors_of(answer)) == 1
    assert 'id="error-summary"' in page
    assert 'value="31.2.1984"' in page
    assert 'value="31.2.1984"' in citizen.get(url(draft_id, "halterin")).content.decode()


def test_dogs_are_added_and_removed_by_buttons(citizen: Client, dogs: str) -> None:
    draft_id = walking.begin(citizen)
    citizen.post(url(draft_id, "halterin"), walking.KEEPER)
    page = walking.dogs_page(walking.BELLA)
    answer = citizen.post(url(draft_id, "ihre_hunde"), page | {"_add": "hunde"})
    assert answer["Location"] == url(draft_id, "ihre_hunde") + "#feld-hunde-1"
    rex = walking.dog(1, "Rex", "276098100000002")
    two = walking.dogs_page(walking.BELLA, rex)
    assert citizen.post(url(draft_id, "ihre_hunde"), two)["Location"] == url(draft_id, "haushalt")
    assert [dog["name"] for dog in walking.draft(draft_id).data["hunde"]] == ["Bella", "Rex"]
    citizen.post(url(draft_id, "ihre_hunde"), two | {"_remove": "hunde.0"})
    assert [dog["name"] for dog in walking.draft(draft_id).data["hunde"]] == ["Rex"]


def test_an_answer_brings_a_page(citizen: Client, dogs: str) -> None:
    draft_id = walking.begin(citizen)
    citizen.post(url(draft_id, "halterin"), walking.KEEPER)
    assert citizen.get(url(draft_id, "erlaubnisseite"))["Location"] == url(draft_id)
    biting = walking.dogs_page(walking.BELLA | {"hunde.0.auffaellig": "true"})
    assert citizen.post(url(draft_id, "ihre_hunde"), biting)["Location"] == url(draft_id, "erlaubnisseite")
    assert "Schritt 3 von 8" in citizen.get(url(draft_id, "erlaubnisseite")).content.decode()


def test_the_questions_refresh_without_errors(citizen: Client, dogs: str) -> None:
    draft_id = walking.begin(citizen)
    values = walking.dogs_page(walking.dog(0, "", "") | {"hunde.0.rasse": "mischling"}, _refresh="1")
    answer = citizen.post(url(draft_id, "ihre_hunde"), values, headers={"HX-Request": "true"})
    assert answer.status_code == 200
    assert walking.errors_of(answer) == []
    assert "hunde.0.mischling_mit" in answer.content.decode()


def test_files_are_kept_shown_and_filed(citizen: Client, other: Client, dogs: str, cast: Cast) -> None:
    draft_id = walking.begin(citizen)
    walking.fill(citizen, draft_id)
    upload = SimpleUploadedFile("bescheid.pdf", PDF, "application/pdf")
    citizen.post(url(draft_id, "ermaessigungsseite"), {"grundsicherung": "true", "nachweise": upload})
    file = walking.draft(draft_id).data["nachweise"][0]
    assert file["name"] == "bescheid.pdf"
    shown = citizen.get(f"{url(draft_id)}datei/{file['upload']}/")
    assert (shown.content, shown["Content-Type"]) == (PDF, "application/pdf")
    assert other.get(f"{url(draft_id)}datei/{file['upload']}/").status_code == 404
    assert "bescheid.pdf" in citizen.get(url(draft_id, "angaben-pruefen")).content.decode()
    walking.send(citizen, draft_id)
    assert list(Document.objects.values_list("title", "visible_to_applicant")) == [("bescheid.pdf", True)]


def test_a_refused_file_is_explained(citizen: Client, dogs: str) -> None:
    draft_id = walking.begin(citizen)
    walking.fill(citizen, draft_id)
    upload = SimpleUploadedFile("programm.exe", b"MZ", "application/pdf")
    answer = citizen.post(
        url(draft_id, "ermaessigungsseite"), {"grundsicherung": "true", "nachweise": upload}
    )
    assert len(walking.errors_of(answer)) == 1


def test_a_change_leads_back_to_the_summary(citizen: Client, dogs: str) -> None:
    draft_id = walking.begin(citizen)
    walking.fill(citizen, draft_id)
    address = url(draft_id, "haushalt") + "?zurueck=pruefen"
    assert citizen.post(address, {"weitere_hunde": "2"})["Location"] == url(draft_id, "angaben-pruefen")
    biting = walking.dogs_page(walking.BELLA | {"hunde.0.auffaellig": "true"})
    answer = citizen.post(url(draft_id, "ihre_hunde") + "?zurueck=pruefen", biting)
    assert answer["Location"] == url(draft_id, "erlaubnisseite") + "?zurueck=pruefen"


def test_what_is_missing_is_listed_with_the_way_there(citizen: Client, dogs: str) -> None:
    draft_id = walking.begin(citizen)
    citizen.post(url(draft_id, "halterin"), walking.KEEPER)
    answer = citizen.get(url(draft_id, "angaben-pruefen"))
    hrefs = [entry.href for entry in answer.context["missing"]]
    assert any(href.startswith(url(draft_id, "zahlung") + "?zurueck=pruefen#feld-") for href in hrefs)
    assert "Antrag absenden</span>" not in answer.content.decode()
    assert walking.send(citizen, draft_id).context["missing"] != []
    assert Case.objects.count() == 0


def test_going_on_later_on_another_device(citizen: Client, dogs: str, cast: Cast) -> None:
    draft_id = walking.begin(citizen)
    citizen.post(url(draft_id, "halterin"), walking.KEEPER)
    answer = citizen.post(url(draft_id, "ihre_hunde"), walking.dogs_page(walking.BELLA, _later="1"))
    assert answer["Location"] == url(draft_id, "spaeter-weiter")
    second = identity.sign_in(Client(), cast.citizen)
    assert url(draft_id) in second.get("/konto/").content.decode()
    assert second.get(url(draft_id))["Location"] == url(draft_id, "ihre_hunde")
    assert 'value="Bella"' in second.get(url(draft_id, "ihre_hunde")).content.decode()


def test_beginning_again_offers_the_draft(citizen: Client, dogs: str) -> None:
    draft_id = walking.begin(citizen)
    answer = citizen.post("/leistungen/hund-anmelden/antrag/")
    assert answer.status_code == 200
    assert url(draft_id) in answer.content.decode()
    assert Draft.objects.count() == 1


def test_what_was_typed_survives_the_end_of_the_session(citizen: Client, dogs: str, cast: Cast) -> None:
    draft_id = walking.begin(citizen)
    citizen.logout()
    answer = citizen.post(url(draft_id, "halterin"), walking.KEEPER | {"halter.vorname": "Erika Maria"})
    assert answer["Location"].startswith("/zugang/login/?next=")
    identity.sign_in(citizen, cast.citizen)
    assert citizen.get(url(draft_id, "halterin"))["Location"] == url(draft_id, "ihre_hunde")
    assert walking.draft(draft_id).data["halter"]["vorname"] == "Erika Maria"


def test_what_another_person_typed_is_not_taken_over(citizen: Client, dogs: str, cast: Cast) -> None:
    draft_id = walking.begin(citizen)
    citizen.logout()
    citizen.post(url(draft_id, "halterin"), walking.KEEPER)
    identity.sign_in(citizen, cast.other_citizen)
    assert citizen.get(url(draft_id, "halterin")).status_code == 404
    assert walking.draft(draft_id).data == {}


def test_a_draft_is_nobody_elses_business(citizen: Client, other: Client, staff: Client, dogs: str) -> None:
    draft_id = walking.begin(citizen)
    for client in (other, staff):
        for step in ("", "halterin", "angaben-pruefen", "spaeter-weiter", "entwurf-loeschen"):
            assert client.get(url(draft_id, step)).status_code == 404
            assert client.get(url(uuid4(), step)).status_code == 404
        assert client.post(url(draft_id, "halterin"), walking.KEEPER).status_code == 404
        assert walking.send(client, draft_id).status_code == 404
        assert client.post(url(draft_id, "entwurf-loeschen")).status_code == 404
    assert walking.draft(draft_id).data == {}


def test_a_draft_can_be_deleted(citizen: Client, dogs: str) -> None:
    draft_id = walking.begin(citizen)
    assert "Entwurf löschen?" in citizen.get(url(draft_id, "entwurf-loeschen")).content.decode()
    assert citizen.post(url(draft_id, "entwurf-loeschen"))["Location"] == "/konto/"
    assert Draft.objects.count() == 0


@pytest.mark.parametrize("step", ["", "halterin", "angaben-pruefen"])
def test_guests_sign_in_first_and_come_back(dogs: str, citizen: Client, step: str) -> None:
    draft_id = walking.begin(citizen)
    answer = Client().get(url(draft_id, step))
    assert answer.status_code == 302
    assert answer["Location"].startswith("/zugang/login/?next=%2Fleistungen%2Fhund-anmelden%2Fantrag%2F")


def test_without_an_account(advice: str, client: Client, other: Client) -> None:
    draft_id = walking.begin(client, advice)
    first = walking.draft(draft_id).page
    assert client.get(url(draft_id, first, advice)).status_code == 200
    assert Client().get(url(draft_id, first, advice)).status_code == 404
    assert other.get(url(draft_id, first, advice)).status_code == 404


def test_signing_in_makes_the_draft_ones_own(advice: str, client: Client, cast: Cast) -> None:
    draft_id = walking.begin(client, advice)
    identity.sign_in(client, cast.citizen)
    client.get(url(draft_id, "spaeter-weiter", advice))
    assert walking.draft(draft_id).owner == cast.citizen
    second = identity.sign_in(Client(), cast.citizen)
    assert second.get(url(draft_id, "spaeter-weiter", advice)).status_code == 200


def test_a_service_that_was_switched_off_refuses_and_keeps_the_draft(citizen: Client, dogs: str) -> None:
    draft_id = walking.begin(citizen)
    walking.fill(citizen, draft_id)
    switch_service(actor=SYSTEM, service=service(dogs), is_active=False, reason={"de": "Wartung."})
    assert walking.send(citizen, draft_id).context["refused"] != ""
    assert Case.objects.count() == 0
    assert citizen.post("/leistungen/hund-anmelden/antrag/")["Location"] == "/leistungen/hund-anmelden/"


def test_a_new_form_takes_the_answers_over(citizen: Client, dogs: str, tmp_path: Path) -> None:
    draft_id = walking.begin(citizen)
    citizen.post(url(draft_id, "halterin"), walking.KEEPER)
    portal.install_changed(dogs, tmp_path, "form.yaml", "Wer hält den Hund?", "Wem gehört der Hund?")
    answer = citizen.get(url(draft_id, "halterin"))
    renewed = UUID(answer["Location"].split("/")[4])
    assert renewed != draft_id
    page = citizen.get(url(renewed, "halterin")).content.decode()
    assert "Wem gehört der Hund?" in page
    assert 'value="Aarstraße"' in page
    assert citizen.get(url(draft_id, "halterin")).status_code == 404


def test_unknown_pages(citizen: Client, dogs: str) -> None:
    draft_id = walking.begin(citizen)
    assert citizen.get(url(draft_id, "gibt-es-nicht")).status_code == 404
    assert citizen.get("/leistungen/gibt-es-nicht/antrag/").status_code == 404
    assert citizen.get(url(draft_id, "halterin", "wohnberatung")).status_code == 404


def test_pages_of_an_application_are_lean(
    citizen: Client, dogs: str, at_most_queries: Callable[[int], Any]
) -> None:
    draft_id = walking.begin(citizen)
    walking.fill(citizen, draft_id)
    for step in ("ihre_hunde", "angaben-pruefen", "spaeter-weiter"):
        citizen.get(url(draft_id, step))
        with at_most_queries(6):
            citizen.get(url(draft_id, step))
    walking.send(citizen, draft_id)
    with at_most_queries(6):
        citizen.get(url(draft_id, "antrag-eingegangen"))


def test_in_english(citizen: Client, dogs: str) -> None:
    citizen.cookies["django_language"] = "en"
    draft_id = walking.begin(citizen)
    assert "Step 1 of 7: Who keeps the dog?" in citizen.get(url(draft_id, "halterin")).content.decode()
    walking.fill(citizen, draft_id)
    assert "Please check your answers" in citizen.get(url(draft_id, "angaben-pruefen")).content.decode()
