"""File plan entries, cases and documents for tests."""

from __future__ import annotations

import itertools
from typing import Any

from rathaus.engines.records import public as records
from rathaus.identity.public import SYSTEM, OrganizationalUnit, UserAccount
from rathaus.kernel.public import blobs
from tests.factories import identity

_numbers = itertools.count(1)


def plan_entry(code: str | None = None, **fields: Any) -> records.FilePlanEntry:
    code = code or f"99.{next(_numbers)}"
    return records.create_file_plan_entry(actor=SYSTEM, code=code, title=f"Aufgabe {code}", **fields)


def case(
    *,
    unit: OrganizationalUnit | None = None,
    applicant: UserAccount | None = None,
    entry: records.FilePlanEntry | None = None,
    **fields: Any,
) -> records.Case:
    """A case as the door opens it; the returned object is no longer the one that is being opened."""
    values: dict[str, Any] = {
        "case_type": "hund-anmelden",
        "title": "Hund Bello",
        "applicant_name": applicant.name if applicant else "Erika Muster",
        "channel": "online",
    }
    opened = records.open_case(
        actor=SYSTEM,
        plan_entry=entry or plan_entry(),
        unit=unit or identity.unit(),
        applicant=applicant,
        **(values | fields),
    )
    return records.case_by_id(opened.id)


def blob(data: bytes = b"%PDF-1.7 Beispiel") -> blobs.Blob:
    return blobs.store(data, "application/pdf")


def document(case: records.Case, title: str = "Antrag", **fields: Any) -> records.Document:
    values: dict[str, Any] = {
        "kind": "application",
        "direction": "in",
        "blob": fields.get("blob") or blob(),
        "file_name": "antrag.pdf",
        "media_type": "application/pdf",
        "visible_to_applicant": False,
    }
    return records.file_document(actor=SYSTEM, case=case, title=title, **(values | fields))
