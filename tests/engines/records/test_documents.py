from __future__ import annotations

import uuid
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, connection, transaction

from rathaus.engines.records import public as records
from rathaus.engines.records.models import DocumentVersion
from rathaus.identity.public import ANONYMOUS, SYSTEM, actor_for
from rathaus.kernel.public import blobs
from tests.factories import identity
from tests.factories import records as factory

pytestmark = pytest.mark.django_db


def _add(document: records.Document, data: bytes, actor: Any = SYSTEM) -> DocumentVersion:
    return records.add_version(
        actor=actor,
        document=document,
        blob=factory.blob(data),
        file_name="neu.pdf",
        media_type="application/pdf",
    )


def test_a_document_has_versions_and_the_last_is_read() -> None:
    document = factory.document(factory.case(), blob=factory.blob(b"eins"))
    _add(document, b"zwei")
    assert [version.number for version in document.versions.all()] == [1, 2]
    last = records.document_version_for(SYSTEM, document.id)
    assert (last.number, last.size, blobs.read(last.blob)) == (2, 4, b"zwei")
    assert blobs.read(records.document_version_for(SYSTEM, document.id, 1).blob) == b"eins"
    assert last.created_by == "system"


def test_a_version_never_changes_neither_by_code_nor_by_sql() -> None:
    document = factory.document(factory.case())
    version = document.versions.get()
    version.file_name = "anders.pdf"
    with pytest.raises(records.ImmutableVersion):
        version.save()
    with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
        DocumentVersion.objects.update(file_name="anders.pdf")
    assert document.versions.get().file_name == "antrag.pdf"


def test_the_same_content_in_two_documents_is_stored_once() -> None:
    case = factory.case()
    one, two = (factory.document(case, title, blob=factory.blob(b"gleich")) for title in ("eins", "zwei"))
    assert one.versions.get().blob == two.versions.get().blob


def test_no_such_version() -> None:
    document = factory.document(factory.case())
    for document_id, number in ((uuid.uuid4(), None), (document.id, 2)):
        with pytest.raises(records.DocumentNotFound):
            records.document_version_for(SYSTEM, document_id, number)


def test_the_applicant_sees_what_is_marked_and_files_incoming_only() -> None:
    citizen = identity.account()
    actor, case = actor_for(citizen), factory.case(applicant=citizen)
    visible = factory.document(case, "Bescheid", direction="out", visible_to_applicant=True)
    hidden = factory.document(case, "Vermerk", direction="internal")
    assert list(records.documents_of(actor, case)) == [visible]
    assert records.document_version_for(actor, visible.id).document == visible
    with pytest.raises(records.DocumentNotFound):
        records.document_version_for(actor, hidden.id)
    fields: dict[str, Any] = {
        "title": "Nachweis", "kind": "attachment", "blob": factory.blob(), "file_name": "n.pdf",
        "media_type": "application/pdf",
    }  # fmt: skip
    filed = records.file_document(actor=actor, case=case, direction="in", visible_to_applicant=True, **fields)
    assert list(records.documents_of(actor, case)) == [visible, filed]
    with pytest.raises(PermissionDenied):
        records.file_document(actor=actor, case=case, direction="out", visible_to_applicant=True, **fields)


def test_showing_and_hiding() -> None:
    citizen = identity.account()
    actor, case = actor_for(citizen), factory.case(applicant=citizen)
    document = factory.document(case)
    records.show_to_applicant(actor=SYSTEM, document=document)
    assert list(records.documents_of(actor, case)) == [document]
    records.show_to_applicant(actor=SYSTEM, document=document, visible=False)
    assert list(records.documents_of(actor, case)) == []
    with pytest.raises(PermissionDenied):
        records.show_to_applicant(actor=actor, document=document)


def test_whoever_opens_a_case_fills_it_but_only_then() -> None:
    opened = records.open_case(
        actor=ANONYMOUS, case_type="x", title="t", plan_entry=factory.plan_entry(), unit=identity.unit(),
        channel="online",
    )  # fmt: skip
    fields: dict[str, Any] = {
        "title": "Anlage", "kind": "attachment", "direction": "in", "blob": factory.blob(), "file_name": "a.pdf",
        "media_type": "application/pdf",
    }  # fmt: skip
    records.file_document(actor=ANONYMOUS, case=opened, **fields)
    with pytest.raises(PermissionDenied):
        records.file_document(actor=ANONYMOUS, case=records.case_by_id(opened.id), **fields)


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_of_documents_costs_the_same_for_one_and_for_three(
    count: int, django_assert_num_queries: Any
) -> None:
    unit = identity.unit()
    actor, case = actor_for(identity.employee(unit)), factory.case(unit=unit)
    for number in range(count):
        factory.document(case, f"Dokument {number}", blob=factory.blob(str(number).encode()))
    # rights (asked once for may read and sees all), documents, versions
    with django_assert_num_queries(3):
        assert [len(document.versions.all()) for document in records.documents_of(actor, case)] == [1] * count


def test_notes_are_for_the_office() -> None:
    unit, citizen = identity.unit(), identity.account()
    clerk = identity.employee(unit, "Karin", "Kanzlei")
    case = factory.case(unit=unit, applicant=citizen)
    records.add_note(actor=actor_for(clerk), case=case, text="Hat angerufen.")
    note = records.notes_of(actor_for(clerk), case).get()
    assert (note.text, note.author, note.author_name) == ("Hat angerufen.", clerk, "Karin Kanzlei")
    assert list(records.notes_of(actor_for(citizen), case)) == []


def _add_and_close(document: records.Document) -> int:
    try:
        return _add(document, b"x").number
    finally:
        connection.close()


@pytest.mark.django_db(transaction=True)
def test_versions_filed_at_the_same_time_get_numbers_of_their_own() -> None:
    document = factory.document(factory.case())
    with ThreadPoolExecutor(max_workers=4) as threads:
        numbers = list(threads.map(_add_and_close, [document] * 8))
    assert sorted(numbers) == list(range(2, 10))
