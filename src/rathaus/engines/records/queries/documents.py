from __future__ import annotations

from uuid import UUID

from django.db.models import QuerySet

from rathaus.engines.records.errors import DocumentNotFound
from rathaus.engines.records.models import Case, Document, DocumentVersion, FileNote
from rathaus.engines.records.queries.access import has_access, is_applicant
from rathaus.identity.public import Actor, policies


def documents_of(actor: Actor, case: Case) -> QuerySet[Document]:
    """The documents of a case with their versions: all for staff, the visible ones for the applicant.

    Raises PermissionDenied for everybody else.
    """
    policies.check(actor, "records.read_case", case)
    documents = Document.objects.filter(case=case)
    if not has_access(actor, case):
        documents = documents.filter(visible_to_applicant=True)
    return documents.prefetch_related("versions").order_by("created_at", "id")


def document_version_for(actor: Actor, document_id: UUID, number: int | None = None) -> DocumentVersion:
    """One version of a document, the last where no number is given. Raises DocumentNotFound."""
    versions = DocumentVersion.objects.filter(document_id=document_id)
    if number is not None:
        versions = versions.filter(number=number)
    version = versions.select_related("document__case", "blob").order_by("-number").first()
    if version is None or not _may_read(actor, version.document):
        raise DocumentNotFound(document_id)
    return version


def _may_read(actor: Actor, document: Document) -> bool:
    case = document.case
    if is_applicant(actor, case):
        return document.visible_to_applicant
    return has_access(actor, case)


def notes_of(actor: Actor, case: Case) -> QuerySet[FileNote]:
    """The file notes of a case, for those who handle it; none for the applicant. Raises PermissionDenied."""
    policies.check(actor, "records.read_case", case)
    return FileNote.objects.filter(case=case) if has_access(actor, case) else FileNote.objects.none()
