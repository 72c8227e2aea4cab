"""Publishing, drafts on several devices, files, submissions."""

from __future__ import annotations

import uuid
from datetime import timedelta
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied

from rathaus.engines.forms.enums import UploadStatus
from rathaus.engines.forms.models import FormVersion
from rathaus.engines.forms.public import (
    CompiledForm,
    Draft,
    DraftNotFound,
    DraftTooLarge,
    FileHeld,
    InvalidForm,
    ScanResult,
    Upload,
    UploadMissing,
    UploadRefused,
    claim_draft,
    compiled,
    current_version,
    discard_draft,
    draft_for,
    draft_upload,
    drafts_of,
    publish_form,
    read_file,
    record_submission,
    save_draft,
    save_page,
    scanners,
    start_draft,
    store_upload,
    uploads_of,
)
from rathaus.engines.forms.services.drafts import delete_expired_drafts
from rathaus.identity.public import ANONYMOUS, SYSTEM, Actor, actor_for
from rathaus.kernel.public import audit, blobs, clock
from tests.factories.forms import DOG, definition, dog_data, field, files, page, pdf, post, version
from tests.factories.identity import account

pytestmark = pytest.mark.django_db


def citizen() -> Actor:
    return actor_for(account())


def test_the_same_content_is_the_same_version() -> None:
    first = publish_form(actor=SYSTEM, key="hund", content=DOG)
    again = publish_form(actor=SYSTEM, key="hund", content=DOG)
    changed = publish_form(actor=SYSTEM, key="hund", content={**DOG, "title": "Neu"})
    assert (again.pk, first.number, changed.number) == (first.pk, 1, 2)
    assert (compiled(first).title(), compiled(changed).title()) == ("Probe", "Neu")
    assert current_version("hund") == changed
    assert [entry.action for entry in audit.entries_for(f"forms.form_version:{first.pk}")] == [
        "forms.publish_form"
    ]


def test_code_lists_from_outside_are_kept_with_the_version() -> None:
    content = definition(page("a", field("f", "choice", code_list="farben")))
    lists = {"farben": [{"value": "rot", "label": "Rot"}], "ungenutzt": [{"value": "x", "label": "X"}]}
    kept = publish_form(actor=SYSTEM, key="farbe", content=content, code_lists=lists)
    assert kept.content["code_lists"] == {"farben": lists["farben"]}
    assert compiled(FormVersion.objects.get(pk=kept.pk)).validate({"f": "rot"}).ok


def test_only_designers_publish_and_only_good_definitions() -> None:
    with pytest.raises(PermissionDenied):
        publish_form(actor=citizen(), key="hund", content=DOG)
    with pytest.raises(InvalidForm):
        publish_form(actor=SYSTEM, key="hund", content="schema: 2")
    assert FormVersion.objects.count() == 0


def test_a_compiled_form_is_kept(django_assert_num_queries: Any) -> None:
    kept = version()
    with django_assert_num_queries(0):
        first: CompiledForm = compiled(kept)
        assert compiled(kept) is first


def test_a_draft_goes_on_at_another_device() -> None:
    owner = citizen()
    draft, secret = start_draft(actor=owner, form_version=version(), purpose="hund-anmelden")
    parsed = save_page(
        actor=owner, draft=draft, page_id="hund", post=post({"name": "Rex", "geboren": "gestern"})
    )
    assert [error.path for error in parsed.errors] == ["rasse", "geboren"]
    elsewhere = draft_for(owner, draft.pk)
    assert (secret, elsewhere.page, elsewhere.data) == (
        "",
        "hund",
        {"name": "Rex", "geboren": {"$typed": "gestern"}},
    )
    assert list(drafts_of(owner)) == [draft]


def test_strangers_and_the_unsigned_do_not_see_a_draft() -> None:
    draft, _ = start_draft(actor=citizen(), form_version=version())
    stranger = citizen()
    for actor in (stranger, ANONYMOUS):
        with pytest.raises(DraftNotFound):
            draft_for(actor, draft.pk, "geraten")
        with pytest.raises(PermissionDenied):
            save_draft(actor=actor, draft=draft, data={})
        with pytest.raises(PermissionDenied):
            discard_draft(actor=actor, draft=draft)
        assert list(drafts_of(actor)) == []
    for wrong in ("keine-uuid", uuid.uuid4()):
        with pytest.raises(DraftNotFound):
            draft_for(stranger, wrong)


def test_a_browser_without_account_needs_the_secret() -> None:
    draft, secret = start_draft(actor=ANONYMOUS, form_version=version())
    assert len(secret) > 40 and secret not in draft.secret_hash
    assert draft_for(ANONYMOUS, draft.pk, secret) == draft
    for wrong in ("", "x", draft.secret_hash):
        with pytest.raises(DraftNotFound):
            draft_for(ANONYMOUS, draft.pk, wrong)


def test_signing_in_takes_the_draft_along() -> None:
    owner, stranger = citizen(), citizen()
    draft, secret = start_draft(actor=ANONYMOUS, form_version=version())
    with pytest.raises(PermissionDenied):
        claim_draft(actor=stranger, draft=draft, secret="x")
    claim_draft(actor=owner, draft=draft, secret=secret)
    assert draft_for(owner, draft.pk) == draft
    with pytest.raises(DraftNotFound):
        draft_for(ANONYMOUS, draft.pk, secret)
    with pytest.raises(PermissionDenied):
        claim_draft(actor=stranger, draft=draft, secret=secret)


def test_drafts_end() -> None:
    owner = citizen()
    kept = version()
    draft, _ = start_draft(actor=owner, form_version=kept)
    store_upload(actor=owner, draft=draft, field="nachweis", name="a.pdf", data=pdf())
    with clock.travel(clock.now() + timedelta(days=20)):
        save_draft(actor=owner, draft=draft, data={"name": "Rex"})
        later, _ = start_draft(actor=owner, form_version=kept)
    with clock.travel(clock.now() + timedelta(days=50)):
        assert delete_expired_drafts() == 0
        assert set(drafts_of(owner)) == {draft, later}
    with clock.travel(clock.now() + timedelta(days=51)):
        assert list(drafts_of(owner)) == []
        assert delete_expired_drafts() == 2
    assert (Draft.objects.count(), Upload.objects.count()) == (0, 0)


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_of_drafts_takes_one_query(count: int, django_assert_num_queries: Any) -> None:
    owner = citizen()
    for _ in range(count):
        start_draft(actor=owner, form_version=version())
    with django_assert_num_queries(1):
        assert len([draft.form_version.definition.key for draft in drafts_of(owner)]) == count


def test_a_draft_has_a_limit() -> None:
    owner = citizen()
    draft, _ = start_draft(actor=owner, form_version=version())
    with pytest.raises(DraftTooLarge):
        save_draft(actor=owner, draft=draft, data={"name": "x" * 1_000_001})


def test_saving_a_page_takes_few_queries(django_assert_num_queries: Any) -> None:
    owner = citizen()
    draft, _ = start_draft(actor=owner, form_version=version())
    compiled(draft.form_version)
    with django_assert_num_queries(
        5
    ):  # the draft with its version, savepoint, the days of the rule, the draft, release
        loaded = draft_for(owner, draft.pk)
        save_page(actor=owner, draft=loaded, page_id="hund", post=post({"name": "Rex"}))


def test_files_survive_a_page_with_errors_and_reach_the_submission() -> None:
    owner = citizen()
    draft, _ = start_draft(actor=owner, form_version=version(), data=dog_data())
    values = {"halter.vorname": "", "weitere": ["", "0"]}
    upload = files(nachweis=[("../Pass.PDF", pdf()), ("b.pdf", b"<html>")])
    parsed = save_page(actor=owner, draft=draft, page_id="halter", post=post(values), files=upload)
    assert [(error.path, error.message[:40]) for error in parsed.errors] == [
        ("nachweis", "Der Inhalt von „b.pdf“ passt nicht zur D"),
        ("halter.vorname", "Geben Sie „Vorname“ ein."),
    ]
    kept = draft_for(owner, draft.pk).data["nachweis"]
    assert [(file["name"], file["media_type"], file["size"]) for file in kept] == [
        ("Pass.pdf", "application/pdf", len(pdf()))
    ]
    stored = draft_upload(draft, kept[0]["upload"])
    assert stored is not None
    assert (blobs.read(stored.blob_id), stored.status, stored.scan_note) == (
        pdf(),
        UploadStatus.UNSCANNED,
        "no scanner configured",
    )
    forged = [{**kept[0], "name": "gefälscht.exe", "size": 1}]
    submission = record_submission(
        form_version=draft.form_version, data={"nachweis": forged}, language="de", draft=draft
    )
    assert submission.data["nachweis"] == kept
    assert list(uploads_of(submission)) == [stored]
    with pytest.raises(DraftNotFound):
        draft_for(owner, draft.pk)
    with pytest.raises(PermissionDenied):
        save_draft(actor=owner, draft=draft, data={})


def test_files_of_others_cannot_be_handed_in() -> None:
    owner, thief = citizen(), citizen()
    kept = version()
    draft, _ = start_draft(actor=owner, form_version=kept)
    own, _ = start_draft(actor=thief, form_version=kept)
    value = store_upload(actor=owner, draft=draft, field="nachweis", name="a.pdf", data=pdf()).as_value()
    loose = store_upload(actor=owner, draft=None, field="nachweis", name="b.pdf", data=pdf()).as_value()
    for data, draft_given in (
        ({"nachweis": [value]}, own),
        ({"nachweis": [value]}, None),
        ({"nachweis": [loose]}, None),
    ):
        with pytest.raises(UploadMissing):
            record_submission(form_version=kept, data=data, language="de", draft=draft_given, actor=thief)
    record_submission(form_version=kept, data={"nachweis": [loose]}, language="de", actor=owner)
    with pytest.raises(UploadMissing):
        record_submission(form_version=kept, data={"nachweis": [loose]}, language="de", actor=owner)


@pytest.mark.parametrize(
    ("name", "data", "message"),
    [
        ("a.exe", b"MZ", "„a.exe“ kann bei „Nachweis“ nicht angenommen werden."),
        ("a", b"x", "„a“ kann bei „Nachweis“ nicht angenommen werden."),
        ("a.pdf", b"", "„a.pdf“ ist leer."),
        ("a.pdf", b"%PDF-" + bytes(10_000_001), "„a.pdf“ ist größer als 10 MB."),
        ("a.png", pdf(), "Der Inhalt von „a.png“ passt nicht zur Dateiendung."),
    ],
)
def test_refused_files_say_why(name: str, data: bytes, message: str) -> None:
    with pytest.raises(UploadRefused) as caught:
        store_upload(actor=ANONYMOUS, draft=None, field="nachweis", label="Nachweis", name=name, data=data)
    assert str(caught.value).startswith(message)
    assert Upload.objects.count() == 0


class Guard:
    def scan(self, name: str, data: bytes) -> ScanResult:
        if b"EICAR" in data:
            return ScanResult(UploadStatus.INFECTED, "EICAR")
        return ScanResult(UploadStatus.PENDING if b"warten" in data else UploadStatus.CLEAN, "Guard 1.0")


def test_scanners_are_asked_before_anything_is_stored() -> None:
    with scanners.temporarily(Guard(), key="guard"):
        with pytest.raises(UploadRefused):
            store_upload(actor=ANONYMOUS, draft=None, field="n", name="a.pdf", data=pdf("EICAR"))
        clean = store_upload(actor=ANONYMOUS, draft=None, field="n", name="a.pdf", data=pdf())
        waiting = store_upload(actor=ANONYMOUS, draft=None, field="n", name="a.pdf", data=pdf("warten"))
    assert (clean.scan_note, clean.status, waiting.status) == (
        "Guard 1.0",
        UploadStatus.CLEAN,
        UploadStatus.PENDING,
    )
    with scanners.temporarily(Guard(), key="guard"), pytest.raises(FileHeld):
        read_file(waiting.blob)
    handed_in = record_submission(form_version=version(), data={"n": [waiting.as_value()]}, language="de")
    assert list(uploads_of(handed_in)) == [waiting]


def test_a_submission_is_pinned_to_its_version_and_costs_one_query(django_assert_num_queries: Any) -> None:
    kept = version()
    with django_assert_num_queries(3):  # savepoint, row, release
        submission = record_submission(form_version=kept, data=dog_data(), language="en")
    assert (submission.form_version, submission.language, submission.data) == (kept, "en", dog_data())
