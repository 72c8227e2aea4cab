"""What lies in a case beside its application, as lists show it: documents, notes, follow-ups, people."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from django.db import connection

from rathaus.engines.records.models import Case
from rathaus.engines.records.queries.access import has_access
from rathaus.identity.public import Actor, policies

SHOWN = 50

# One statement for four short lists that are always shown together; of what can grow, one more than is shown.
_CONTENTS = """
SELECT * FROM (SELECT 'document' AS kind, CAST(id AS text) AS key, title AS text, '' AS name,
       CAST(NULL AS date) AS day, created_at AS moment, 0 AS number
FROM records_document WHERE case_id = %(case)s ORDER BY created_at DESC, id DESC LIMIT %(most)s) AS documents
UNION ALL
SELECT * FROM (SELECT 'note', '', text, author_name, CAST(NULL AS date), created_at, id
FROM records_filenote WHERE case_id = %(case)s ORDER BY created_at DESC, id DESC LIMIT %(most)s) AS notes
UNION ALL
SELECT * FROM (SELECT 'follow_up', CAST(id AS text), text, '', due_on, {no_moment}, id
FROM records_followup WHERE case_id = %(case)s AND done_at IS NULL
ORDER BY due_on, records_followup.id LIMIT %(most)s) AS dates
UNION ALL
SELECT * FROM (SELECT 'participant', '', name, role, CAST(NULL AS date), {no_moment}, id
FROM records_participant WHERE case_id = %(case)s ORDER BY records_participant.id LIMIT %(most)s) AS people
ORDER BY moment, day, number, key
"""


@dataclass(frozen=True, slots=True)
class CaseItem:
    """One thing in a case. ``name`` is who wrote a note, or what a participant is."""

    kind: str
    key: str
    text: str
    name: str
    day: date | None
    at: datetime | None


@dataclass(frozen=True, slots=True)
class CaseContents:
    """Documents and participants oldest first, notes newest first, open follow-ups by their day.

    Of each the newest (of follow-ups and participants the first) `SHOWN`; ``more_documents`` and ``more_notes`` say
    that there are others.
    """

    documents: tuple[CaseItem, ...] = ()
    notes: tuple[CaseItem, ...] = ()
    follow_ups: tuple[CaseItem, ...] = ()
    participants: tuple[CaseItem, ...] = ()
    more_documents: bool = False
    more_notes: bool = False


def contents_of(actor: Actor, case: Case) -> CaseContents:
    """One query. Nothing for anybody but those who handle the case. Raises PermissionDenied like `documents_of`."""
    policies.check(actor, "records.read_case", case)
    if not has_access(actor, case):
        return CaseContents()
    items = _read(case)
    documents, notes = _of("document", items), _of("note", items)
    return CaseContents(
        documents=documents[-SHOWN:],
        notes=notes[-SHOWN:][::-1],
        follow_ups=_of("follow_up", items)[:SHOWN],
        participants=_of("participant", items)[:SHOWN],
        more_documents=len(documents) > SHOWN,
        more_notes=len(notes) > SHOWN,
    )


def _of(kind: str, items: list[CaseItem]) -> tuple[CaseItem, ...]:
    return tuple(item for item in items if item.kind == kind)


def _read(case: Case) -> list[CaseItem]:
    case_id = Case._meta.pk.get_db_prep_value(case.pk, connection)
    with connection.cursor() as cursor:
        # What a missing moment is called, each database says itself: SQLite would cast a time to its year.
        no_moment = "CAST(NULL AS timestamptz)" if connection.vendor == "postgresql" else "NULL"
        cursor.execute(_CONTENTS.format(no_moment=no_moment), {"case": case_id, "most": SHOWN + 1})
        return [_item(row) for row in cursor.fetchall()]


def _item(row: tuple[Any, ...]) -> CaseItem:
    """SQLite gives days as text, moments without their time zone (UTC), and a UUID without hyphens."""
    kind, key, text, name, day, moment, _number = row
    if kind == "document":
        key = str(uuid.UUID(key))
    if isinstance(day, str):
        day = date.fromisoformat(day)
    if isinstance(moment, str):
        moment = datetime.fromisoformat(moment)
    if moment is not None and moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    return CaseItem(kind, key, text, name, day, moment)
