from __future__ import annotations

from django.db import transaction

from rathaus.engines.records.events import DocumentFiled
from rathaus.engines.records.models import Case, Document, DocumentVersion, FileNote
from rathaus.engines.records.services.timeline import note_in_timeline
from rathaus.identity.public import Actor, policies
from rathaus.kernel.public import audit, blobs, clock, events


@transaction.atomic(savepoint=False)
def file_document(
    *,
    actor: Actor,
    case: Case,
    title: str,
    kind: str,
    direction: str,
    blob: blobs.Blob,
    file_name: str,
    media_type: str,
    visible_to_applicant: bool = False,
) -> Document:
    """File a document with its first version. Store the blob before, outside the transaction."""
    policies.check(actor, "records.file_document", (case, direction))
    document = Document.objects.create(
        case=case,
        title=title[:250],
        kind=kind,
        direction=direction,
        visible_to_applicant=visible_to_applicant,
        created_at=clock.now(),
    )
    _file(actor, document, 1, blob, file_name, media_type)
    note_in_timeline(
        actor,
        case,
        "document_filed",
        {"title": document.title, "document": str(document.id)},
        visible_to_applicant=visible_to_applicant,
    )
    return document


@transaction.atomic
def add_version(
    *, actor: Actor, document: Document, blob: blobs.Blob, file_name: str, media_type: str
) -> DocumentVersion:
    """File another version; the ones before stay as they are."""
    case = document.case
    policies.check(actor, "records.file_document", (case, document.direction))
    Document.objects.select_for_update().get(pk=document.pk)
    last = document.versions.order_by("-number").values_list("number", flat=True).first() or 0
    version = _file(actor, document, last + 1, blob, file_name, media_type)
    note_in_timeline(
        actor,
        case,
        "version_added",
        {"title": document.title, "document": str(document.id), "number": version.number},
        visible_to_applicant=document.visible_to_applicant,
    )
    return version


def _file(
    actor: Actor, document: Document, number: int, blob: blobs.Blob, file_name: str, media_type: str
) -> DocumentVersion:
    version = DocumentVersion.objects.create(
        document=document,
        number=number,
        blob=blob,
        file_name=file_name[-250:],
        media_type=media_type,
        size=blob.size,
        created_by=actor.audit_name,
        created_by_name=actor.name,
        created_at=clock.now(),
    )
    audit.append(
        actor=actor.audit_name,
        action="records.document_filed",
        subject=f"records.case:{document.case_id}",
        details={"document": document.id, "number": number, "sha256": blob.sha256},
    )
    events.emit(DocumentFiled(case_id=document.case_id, document_id=document.id, number=number))
    return version


@transaction.atomic
def show_to_applicant(*, actor: Actor, document: Document, visible: bool = True) -> Document:
    """Let the applicant see a document, or not."""
    policies.check(actor, "records.edit_case", document.case)
    document.visible_to_applicant = visible
    document.save(update_fields=["visible_to_applicant"])
    audit.append(
        actor=actor.audit_name,
        action="records.document_shown" if visible else "records.document_hidden",
        subject=f"records.case:{document.case_id}",
        details={"document": document.id},
    )
    return document


@transaction.atomic
def add_note(*, actor: Actor, case: Case, text: str) -> FileNote:
    """Write a file note (Aktenvermerk); the applicant does not see it in the portal."""
    policies.check(actor, "records.edit_case", case)
    note = FileNote.objects.create(
        case=case, text=text, author_id=actor.account_id, author_name=actor.name, created_at=clock.now()
    )
    note_in_timeline(actor, case, "note_added", {"note": note.id})
    audit.append(
        actor=actor.audit_name,
        action="records.note_added",
        subject=case.audit_subject,
        details={"note": note.id},
    )
    return note
