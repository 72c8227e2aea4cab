"""The database at one moment, as streams to be written: SQLite as its file, PostgreSQL table by table."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, cast

from django.conf import settings
from django.db import connections

from ..models import AuditHead, Blob
from .errors import BackupError

Write = Callable[[bytes | memoryview], object]
Progress = Callable[[int, int], None]
PAGES = 2_000
READ = 1 << 20
DATABASE_FILE = "database.sqlite3"
_BLOBS = f"SELECT sha256, size FROM {Blob._meta.db_table} ORDER BY sha256"  # noqa: S608 -- own table name
_HEAD = f"SELECT position, digest FROM {AuditHead._meta.db_table}"  # noqa: S608 -- own table name
_MIGRATIONS = "SELECT app, name FROM django_migrations ORDER BY id"


@dataclass
class Snapshot:
    """One moment of the database. ``parts``: name of the file -> what writes it."""

    kind: str
    migrations: list[list[str]]
    head: list[Any]
    blobs: Callable[[], Iterator[tuple[str, int]]]
    parts: dict[str, Callable[[Write], None]]
    about: dict[str, Any] = field(default_factory=dict)


@contextmanager
def snapshot(scratch: Path, progress: Progress) -> Iterator[Snapshot]:
    """Take one. ``scratch``: a folder that is ours, on the disk of the data. Writers go on meanwhile."""
    vendor = connections["default"].vendor
    with _of_sqlite(scratch, progress) if vendor == "sqlite" else _of_postgresql() as taken:
        yield taken


@contextmanager
def _of_sqlite(scratch: Path, progress: Progress) -> Iterator[Snapshot]:
    """Copied by SQLite's own means under one read transaction, then looked through."""
    copy = scratch / DATABASE_FILE
    source = sqlite3.connect(f"file:{settings.DATABASES['default']['NAME']}?mode=rw", uri=True, timeout=20)
    with closing(source), closing(sqlite3.connect(copy)) as target:
        source.isolation_level = None
        source.execute("BEGIN")
        source.execute("SELECT 1 FROM sqlite_master").fetchone()  # from here on the moment stands still
        source.backup(target, pages=PAGES, progress=lambda _state, left, total: progress(total - left, total))
        target.execute("PRAGMA journal_mode=DELETE")
        ((verdict,), *_more) = target.execute("PRAGMA quick_check").fetchall()
        if verdict != "ok":
            raise BackupError(f"Die Datenbank ist beschädigt: {verdict}. Bitte »rathaus doctor« ausführen.")
        yield Snapshot(
            kind="sqlite",
            migrations=[list(row) for row in target.execute(_MIGRATIONS)],
            head=list(target.execute(_HEAD).fetchone() or (0, "")),
            blobs=lambda: iter(target.execute(_BLOBS)),
            parts={DATABASE_FILE: lambda write: _copy_file(copy, write)},
        )


def _copy_file(path: Path, write: Write) -> None:
    with path.open("rb") as file:
        while part := file.read(READ):
            write(part)


@contextmanager
def _of_postgresql() -> Iterator[Snapshot]:
    """Read on a connection of its own, in one transaction that sees one moment."""
    wrapper = connections.create_connection("default")
    try:
        with wrapper.cursor() as cursor:
            raw = cast(Any, wrapper.connection)
            raw.execute("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")
            cursor.execute(_MIGRATIONS)
            migrations = [list(row) for row in cursor.fetchall()]
            cursor.execute(_HEAD)
            head = list(cursor.fetchone() or (0, ""))
            tables = tables_of(raw)
            sequences = raw.execute(
                "SELECT sequencename, last_value FROM pg_sequences "
                "WHERE schemaname = current_schema() AND last_value IS NOT NULL"
            ).fetchall()
            yield Snapshot(
                kind="postgresql",
                migrations=migrations,
                head=head,
                blobs=lambda: _streamed(raw),
                parts={
                    f"{table}.copy": _table_writer(raw, table, columns) for table, columns in tables.items()
                },
                about={"tables": tables, "sequences": dict(sequences)},
            )
    finally:
        wrapper.close()


def tables_of(raw: Any) -> dict[str, list[str]]:
    """All tables of the schema with their columns, but for generated ones."""
    found: dict[str, list[str]] = {}
    rows = raw.execute(
        "SELECT c.relname, a.attname FROM pg_class c LEFT JOIN pg_attribute a ON a.attrelid = c.oid "
        "AND a.attnum > 0 AND NOT a.attisdropped AND a.attgenerated = '' "
        "WHERE c.relkind = 'r' AND c.relnamespace = current_schema()::regnamespace ORDER BY c.relname, a.attnum"
    )
    for table, column in rows:
        found.setdefault(table, []).append(column)
    return found


def copy_statement(raw: Any, table: str, columns: list[str], direction: str) -> Any:
    """``COPY table (columns) TO STDOUT`` or ``FROM STDIN``, with names quoted."""
    from psycopg import sql  # noqa: PLC0415 - a town on SQLite does not need the driver

    names = sql.SQL(", ").join(map(sql.Identifier, columns))
    return sql.SQL("COPY {} ({}) " + direction).format(sql.Identifier(table), names)


def _table_writer(raw: Any, table: str, columns: list[str]) -> Callable[[Write], None]:
    def run(write: Write) -> None:
        with raw.cursor() as cursor, cursor.copy(copy_statement(raw, table, columns, "TO STDOUT")) as copy:
            for part in copy:
                write(part)

    return run


def _streamed(raw: Any) -> Iterator[tuple[str, int]]:
    with raw.cursor(name="rathaus_backup_blobs") as cursor:
        cursor.itersize = 5_000
        cursor.execute(_BLOBS)
        yield from cursor
