"""What is not scanned is never handed out, and what waits for the scanner is never lost."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from rathaus.adapters.clamd.scanner import EICAR, ClamdScanner
from rathaus.engines.correspondence.public import InboxMessage
from rathaus.engines.forms import public as forms
from rathaus.engines.forms.models import FileScan
from rathaus.engines.forms.services.scans import scan_waiting
from rathaus.engines.records import public as records
from rathaus.identity.public import SYSTEM, actor_for
from rathaus.intake.services.quarantine import report_infected_file
from rathaus.kernel.models import AuditEntry
from rathaus.kernel.public import blobs, clock, handing_out, jobs
from tests.factories import identity
from tests.factories.clamd import FakeClamd, fake_clamd
from tests.factories.forms import definition, field, page, pdf, version
from tests.factories.records import case as open_case

pytestmark = pytest.mark.django_db


@pytest.fixture
def clamd() -> Iterator[FakeClamd]:
    with fake_clamd() as server:
        scanner = ClamdScanner(server.address, ticks=lambda: next(ticks))
        ticks = iter(range(0, 10**9, 100))
        with forms.scanners.temporarily(scanner, key="clamd"):
            yield server


def send(text: str = "Probe", actor: Any = SYSTEM) -> forms.Upload:
    return forms.store_upload(actor=actor, draft=None, field="n", name="plan.pdf", data=pdf(text))


def filed(upload: forms.Upload, applicant: Any) -> records.Document:
    return records.file_document(
        actor=SYSTEM, case=open_case(applicant=applicant), title="Plan", kind="attachment", direction="in",
        blob=upload.blob, file_name="plan.pdf", media_type="application/pdf", visible_to_applicant=True,
    )  # fmt: skip


def signed_in(account: Any) -> Client:
    client = Client()
    client.force_login(account)
    return client


def test_infected_files_are_not_even_stored(clamd: FakeClamd) -> None:
    with pytest.raises(forms.UploadRefused, match="enthält ein Schadprogramm"):
        send(EICAR.decode())
    assert forms.Upload.objects.count() == 0
    assert AuditEntry.objects.filter(action="forms.refuse_upload").count() == 1


@pytest.mark.parametrize("mode", ["drop", "half", "garbage", "limit"])
def test_a_file_waits_for_the_scanner_and_then_opens(clamd: FakeClamd, mode: str) -> None:
    citizen = identity.account()
    clamd.mode = mode
    document = filed(send(), citizen)
    client, url = signed_in(citizen), f"/konto/dokumente/{document.pk}/"
    waiting = client.get(url)
    assert (waiting.status_code, waiting["Retry-After"]) == (423, "60")
    assert "Diese Datei wird noch geprüft" in waiting.content.decode()
    assert b"%PDF" not in waiting.content
    with clock.travel(clock.now() + timedelta(hours=1)):
        assert scan_waiting() == 0
    clamd.mode = "well"
    with clock.travel(clock.now() + timedelta(days=30)):
        assert scan_waiting() == 1
        assert scan_waiting() == 0
    answer = client.get(url)
    assert (answer.status_code, answer.content) == (200, pdf())


def test_a_file_that_turns_out_to_be_infected_is_locked_and_people_are_told(clamd: FakeClamd) -> None:
    citizen = identity.account()
    clamd.mode = "drop"
    document = filed(send(EICAR.decode()), citizen)
    clamd.mode = "well"
    with clock.travel(clock.now() + timedelta(days=1)):
        assert scan_waiting() == 1
        jobs.run_pending(raise_errors=True)
    answer = signed_in(citizen).get(f"/konto/dokumente/{document.pk}/")
    assert (answer.status_code, EICAR in answer.content) == (403, False)
    assert "Diese Datei ist gesperrt" in answer.content.decode()
    message = InboxMessage.objects.get(account=citizen)
    assert (message.title, "Schadsoftware" in message.body_html) == (
        "Bitte schicken Sie ein Dokument neu",
        True,
    )
    follow_up = document.case.follow_ups.get()
    assert follow_up.text == "Virus in „Plan“: das Dokument neu anfordern. Niemand kann es öffnen."
    sha256 = document.versions.get().blob_id
    entry = AuditEntry.objects.get(action="forms.file_quarantined")
    assert entry.subject == f"kernel.blob:{sha256}"
    report_infected_file(sha256=sha256)
    assert (InboxMessage.objects.count(), document.case.follow_ups.count()) == (1, 1)
    assert blobs.read(sha256) == pdf(EICAR.decode())  # kept, as evidence
    with pytest.raises(forms.UploadRefused):
        clamd.mode = "drop"
        send(EICAR.decode())


def test_a_scanner_that_is_away_is_asked_once_a_round_and_a_difficult_file_stops_no_other(
    clamd: FakeClamd,
) -> None:
    clamd.mode = "limit"
    for number in range(3):
        send(str(number))
    with clock.travel(clock.now() + timedelta(hours=1)):
        clamd.mode = "garbage"
        assert scan_waiting() == 0
        assert set(FileScan.objects.values_list("attempts", flat=True)) == {1}
    with clock.travel(clock.now() + timedelta(hours=2)):
        clamd.mode = "drop"
        assert scan_waiting() == 0
        assert sorted(FileScan.objects.values_list("attempts", flat=True)) == [1, 1, 2]
    with clock.travel(clock.now() + timedelta(hours=4)):
        clamd.mode = "well"
        assert scan_waiting() == 3


def test_bytes_that_were_clean_stay_clean_while_the_scanner_is_away(clamd: FakeClamd) -> None:
    first = send()
    clamd.mode = "drop"
    assert send().status == first.status == forms.UploadStatus.CLEAN
    assert forms.read_file(first.blob) == pdf()


def test_without_a_scanner_files_open_at_once_unless_the_town_will_not_have_that(settings: Any) -> None:
    upload = send()
    assert (upload.status, forms.read_file(upload.blob)) == (forms.UploadStatus.UNSCANNED, pdf())
    settings.SERVE_UNSCANNED = False
    with pytest.raises(forms.FileHeld):
        forms.read_file(upload.blob)
    assert forms.waiting_for_scan() == 1


def test_files_from_before_the_scanner_are_held_until_it_has_seen_them(clamd: FakeClamd) -> None:
    with forms.scanners.temporarily(forms.scanners.get("clamd"), key="clamd"):
        FileScan.objects.create(sha256=blobs.store(pdf("alt"), "application/pdf").pk, state="unscanned")
    old = blobs.Blob.objects.get()
    with pytest.raises(forms.FileHeld):
        forms.read_file(old)
    assert scan_waiting() == 1
    assert forms.read_file(old) == pdf("alt")


def test_a_file_that_waits_can_be_handed_in(clamd: FakeClamd) -> None:
    clamd.mode = "drop"
    kept = version(definition(page("seite", field("nachweis", "file")), key="scan"))
    owner = actor_for(identity.account())
    draft = forms.start_draft(actor=owner, form_version=kept).draft
    upload = forms.store_upload(actor=owner, draft=draft, field="nachweis", name="a.pdf", data=pdf())
    submission = forms.record_submission(
        form_version=kept, data={"nachweis": [upload.as_value()]}, language="de", draft=draft
    )
    assert (upload.status, list(forms.uploads_of(submission))) == (forms.UploadStatus.PENDING, [upload])


def test_what_is_packed_leaves_held_files_out(clamd: FakeClamd) -> None:
    clamd.mode = "drop"
    waiting = send()
    assert handing_out.is_held(waiting.blob_id)
    assert not handing_out.is_held(blobs.store(b"made here", "text/plain").pk)
    clamd.mode = "well"
    with clock.travel(clock.now() + timedelta(hours=1)):
        scan_waiting()
    assert not handing_out.is_held(waiting.blob_id)
