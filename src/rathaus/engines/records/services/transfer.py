"""What the archive receives of a dossier (Abgabe): its metadata as JSON, and every document as it was filed."""

from __future__ import annotations

import io
import json
import zipfile
from typing import Any

from rathaus.engines.records.models import Case, DisposalItem, Document
from rathaus.kernel.public import blobs, handing_out

SCHEMA = "rathaus-transfer/1"


def build_package(item: DisposalItem) -> bytes:
    """The package as ZIP. ``uebergabe.json`` names each document with its SHA-256; files lie by case and number.

    A file that the virus scan holds is left out; ``is_missing`` and the reason say so beside it.
    """
    described: list[dict[str, Any]] = []
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for case in Case.objects.filter(dossier_id=item.dossier_id).order_by("opened_at", "pk"):
            described.append(_case(case, archive))
        content = {
            "schema": SCHEMA,
            "file_reference": item.file_reference,
            "plan_entry": {"code": item.plan_code, "title": item.plan_title},
            "filed_on": item.filed_on.isoformat(),
            "cases": described,
        }
        archive.writestr("uebergabe.json", json.dumps(content, ensure_ascii=False, indent=2))
    return buffer.getvalue()


def _case(case: Case, archive: zipfile.ZipFile) -> dict[str, Any]:
    documents = Document.objects.filter(case=case).prefetch_related("versions__blob")
    return {
        "case_reference": case.case_reference,
        "title": case.title,
        "type": case.case_type,
        "opened_at": case.opened_at.isoformat(),
        "filed_on": case.filed_on.isoformat() if case.filed_on else None,
        "applicant": case.applicant_name,
        "documents": [_document(case, document, archive) for document in documents],
    }


def _document(case: Case, document: Document, archive: zipfile.ZipFile) -> dict[str, Any]:
    versions = []
    for version in document.versions.all():
        place = f"{case.case_reference}/{document.pk}/{version.number}-{version.file_name}".replace("..", "_")
        is_held = handing_out.is_held(version.blob_id)
        if is_held:
            place = f"{place}.gesperrt.txt"
            archive.writestr(place, handing_out.HELD_NOTE)
        else:
            archive.writestr(place, blobs.read(version.blob))
        described = {"number": version.number, "file": place, "sha256": version.blob_id}
        versions.append(
            {**described, "is_missing": True, "reason": handing_out.HELD_NOTE} if is_held else described
        )
    return {
        "title": document.title,
        "kind": document.kind,
        "direction": document.direction,
        "created_at": document.created_at.isoformat(),
        "versions": versions,
    }
