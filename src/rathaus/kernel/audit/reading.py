"""Seals with their entries as they stand in the tables, in order and in parts: a chain of any length in little memory.

Read past the models: what a forger wrote may be no text, no moment, no number, and must be a finding all the same.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any, NamedTuple

from django.db import connection

from ..models import AuditEntry, AuditSeal
from .stamps import moment_of

CHUNK = 2_000
_ENTRY, _SEAL = AuditEntry._meta.db_table, AuditSeal._meta.db_table
_TEXTS = ("at", "actor", "action", "subject", "details", "stamp")


class Sealed(NamedTuple):
    """A seal; ``record`` is None where its entry is gone."""

    position: int
    digest: str
    number: int
    record: Record | None


class Record(NamedTuple):
    """An entry: ``fields`` as seals and stamps cover them, ``at`` None where it is no moment."""

    number: int
    at: datetime | None
    fields: tuple[object, ...]
    stamp: str


def sealed_entries(after: int) -> Iterator[Sealed]:
    """All seals behind a position, in order."""
    statement = (
        f"SELECT s.position, s.entry_id, {_text('s.digest')}, e.id, {_columns()} "  # noqa: S608 -- own names
        f"FROM {_SEAL} s LEFT JOIN {_ENTRY} e ON e.id = s.entry_id "
        "WHERE s.position > %s ORDER BY s.position LIMIT %s"
    )
    while chunk := _rows(statement, after):
        for position, number, digest, entry_id, *values in chunk:
            record = None if entry_id is None else _record(entry_id, values)
            yield Sealed(position, _decoded(digest), number, record)
        after = chunk[-1][0]


def unsealed_entries() -> Iterator[Record]:
    """All entries without a seal, by number."""
    statement = (
        f"SELECT e.id, {_columns()} FROM {_ENTRY} e "  # noqa: S608 -- own names
        f"WHERE NOT EXISTS (SELECT 1 FROM {_SEAL} s WHERE s.entry_id = e.id) "
        "AND e.id > %s ORDER BY e.id LIMIT %s"
    )
    after = -(2**62)
    while chunk := _rows(statement, after):
        for number, *values in chunk:
            yield _record(number, values)
        after = chunk[-1][0]


def entries_about(subject: str) -> Iterator[Record]:
    """All entries about a thing, by number."""
    statement = (
        f"SELECT e.id, {_columns()} FROM {_ENTRY} e "  # noqa: S608 -- own names
        "WHERE e.subject = %s AND e.id > %s ORDER BY e.id LIMIT %s"
    )
    after = -(2**62)
    while chunk := _rows(statement, subject, after):
        for number, *values in chunk:
            yield _record(number, values)
        after = chunk[-1][0]


def _rows(statement: str, *values: str | int) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement, [*values, CHUNK])
        return list(cursor.fetchall())


def _columns() -> str:
    return ", ".join(_text(f"e.{name}") for name in _TEXTS)


def _text(column: str) -> str:
    # SQLite keeps whatever was written; bytes that are no UTF-8, or no moment, would stop the reader.
    return f"CAST({column} AS BLOB)" if connection.vendor == "sqlite" else column


def _record(number: int, values: list[Any]) -> Record:
    at, *texts = values
    moment = _moment(at)
    actor, action, subject, details, stamp = (_decoded(text) for text in texts)
    shown = moment_of(moment) if moment else repr(at)
    return Record(number, moment, (shown, actor, action, subject, details), stamp)


def _moment(value: object) -> datetime | None:
    if isinstance(value, datetime):
        return value
    try:
        found = datetime.fromisoformat(_decoded(value))
        return found.replace(tzinfo=UTC) if found.tzinfo is None else found.astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def _decoded(value: object) -> str:
    return value.decode(errors="surrogateescape") if isinstance(value, bytes) else str(value)
