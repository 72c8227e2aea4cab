"""Who has read protected cases, from the audit."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from rathaus.engines.records import public as records
from rathaus.identity.public import person_names
from rathaus.kernel.public import audit

SHOWN = 200
_PAGES = {
    "case": _("Case"),
    "documents": _("Documents"),
    "document": _("Document"),
    "timeline": _("Timeline"),
    "process": _("Process"),
    "process_xml": _("Process"),
    "letter": _("Letter"),
    "letter_pdf": _("Letter"),
    "task_letter": _("Letter"),
    "work": _("Task"),
    "decide": _("Task"),
    "protection": _("Protection"),
    "disclosure": _("Disclosures"),
    "search": _("Search"),
}
"""What the readers' pages are called; another page shows its short name."""


@dataclass(frozen=True)
class Reading:
    at: datetime
    who: str
    case_reference: str
    page: str
    purpose: str


def readings_of(cases: Iterable[records.Case]) -> list[Reading]:
    """The latest readings of these cases, newest first. Two queries."""
    references = {case.audit_subject: case.case_reference for case in cases}
    entries = list(
        audit.AuditEntry.objects.filter(subject__in=list(references), action=records.READ).order_by("-id")[
            :SHOWN
        ]
    )
    names = person_names(UUID(key) for key in {_key(entry) for entry in entries} if key)
    return [_reading(entry, references[entry.subject], names) for entry in entries]


def _reading(entry: audit.AuditEntry, reference: str, names: Mapping[UUID, str]) -> Reading:
    details = json.loads(entry.details)
    purpose = details.get("purpose", "")
    label = str(records.ReadPurpose(purpose).label) if purpose else ""
    key = _key(entry)
    who = names.get(UUID(key), entry.actor) if key else entry.actor
    page = str(details.get("page", ""))
    return Reading(entry.at, who, reference, str(_PAGES.get(page, page)), label)


def _key(entry: audit.AuditEntry) -> str:
    """The account's number in an audit name such as ``staff:UUID``; empty for the system."""
    return entry.actor.partition(":")[2]
