"""Bringing a database back: the file of SQLite, the tables of PostgreSQL."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from graphlib import CycleError, TopologicalSorter
from pathlib import Path
from typing import Any, cast

from django.conf import settings
from django.db import connection, connections
from django.db.migrations.executor import MigrationExecutor

from ..blobs.places import sync_folder
from .errors import BackupError
from .shelf import opened_for_writing
from .snapshots import DATABASE_FILE, copy_statement, tables_of

Read = Callable[[str], Iterator[bytes]]
BEFORE = "vor_wiederherstellung"
RUNNING = (
    "Das Rathaus läuft noch: Andere Programme benutzen die Datenbank. Bitte alle Dienste anhalten und noch einmal "
    "versuchen."
)


def is_empty() -> bool:
    """Whether the database has no tables yet, or none with a row that a town wrote."""
    tables = set(connection.introspection.table_names())
    with connection.cursor() as cursor:
        for table in ("kernel_auditentry", "identity_useraccount", "records_case"):
            if table in tables:
                cursor.execute(f"SELECT 1 FROM {table} LIMIT 1")  # noqa: S608 -- own table names
                if cursor.fetchone():
                    return False
    return True


@contextmanager
def replaced(manifest: dict[str, Any], read: Read) -> Iterator[None]:
    """The database of a backup in place; the block brings it up to date. What was there returns if that fails."""
    way = _sqlite if connection.vendor == "sqlite" else _postgresql
    with way(manifest, read):
        yield


@contextmanager
def _sqlite(manifest: dict[str, Any], read: Read) -> Iterator[None]:
    target = Path(settings.DATABASES["default"]["NAME"])
    connections.close_all()
    _refuse_while_in_use(target)
    arriving, before = target.with_name(f"{target.name}.neu"), target.with_name(f"{target.name}.vorher")
    target.parent.mkdir(parents=True, exist_ok=True)
    arriving.unlink(missing_ok=True)
    with opened_for_writing(arriving) as file:
        for part in read(DATABASE_FILE):
            file.write(part)
    if target.exists():
        target.replace(before)
    arriving.replace(target)
    sync_folder(target.parent)
    try:
        yield
    except BaseException:
        connections.close_all()
        _remove_logs(target)
        target.unlink(missing_ok=True)
        if before.exists():
            before.replace(target)
        raise
    before.unlink(missing_ok=True)


def _refuse_while_in_use(target: Path) -> None:
    """With the whole file locked for us its log is empty afterwards. Raises BackupError where others hold it."""
    if not target.exists():
        _remove_logs(target)
        return
    with closing(sqlite3.connect(target, timeout=1, isolation_level=None)) as probe:
        try:
            probe.execute("PRAGMA locking_mode=EXCLUSIVE")
            probe.execute("BEGIN EXCLUSIVE")
            probe.execute("COMMIT")
            probe.execute("PRAGMA journal_mode=DELETE")
        except sqlite3.OperationalError as error:
            raise BackupError(RUNNING) from error
        except sqlite3.DatabaseError:
            pass  # it is damaged; that is why it is being replaced
    _remove_logs(target)


def _remove_logs(target: Path) -> None:
    for suffix in ("-wal", "-shm", "-journal"):
        target.with_name(target.name + suffix).unlink(missing_ok=True)


@contextmanager
def _postgresql(manifest: dict[str, Any], read: Read) -> Iterator[None]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() "
            "AND pid <> pg_backend_pid() AND backend_type = 'client backend'"
        )
        if cursor.fetchone()[0]:
            raise BackupError(RUNNING)
        cursor.execute("SELECT quote_ident(current_schema())")
        schema = cursor.fetchone()[0]
        cursor.execute(f"DROP SCHEMA IF EXISTS {BEFORE} CASCADE")
        cursor.execute(f"ALTER SCHEMA {schema} RENAME TO {BEFORE}")
        cursor.execute(f"CREATE SCHEMA {schema}")
    try:
        _build(manifest)
        _fill(manifest, read)
        yield
    except BaseException:
        with connection.cursor() as cursor:
            cursor.execute(f"DROP SCHEMA {schema} CASCADE")
            cursor.execute(f"ALTER SCHEMA {BEFORE} RENAME TO {schema}")
        raise
    with connection.cursor() as cursor:
        cursor.execute(f"DROP SCHEMA {BEFORE} CASCADE")


def _build(manifest: dict[str, Any]) -> None:
    """The tables as they were when the backup was made, by the migrations of that time."""
    executor = MigrationExecutor(connection)
    applied = {(app, name) for app, name in manifest["migrations"]}
    known = applied & set(executor.loader.graph.nodes)
    inner = {
        (parent.key[0], parent.key[1])
        for key in known
        for parent in executor.loader.graph.node_map[key].parents
        if parent.key[0] == key[0]
    }
    executor.migrate(sorted(known - inner))


def _fill(manifest: dict[str, Any], read: Read) -> None:
    """All rows in one transaction; triggers are off, references are checked at its end."""
    raw = cast(Any, connection.connection)
    columns: dict[str, list[str]] = manifest["tables"]
    present = tables_of(raw)
    if missing := sorted(set(columns) - set(present)):
        raise BackupError(f"Diese Fassung kennt die Tabellen {', '.join(missing)} der Sicherung nicht.")
    quoted = [connection.ops.quote_name(table) for table in columns]
    with raw.transaction():
        for table in quoted:
            raw.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
        raw.execute(f"TRUNCATE {', '.join(quoted)}")
        for table in _in_order(raw, list(columns)):
            with (
                raw.cursor() as cursor,
                cursor.copy(copy_statement(raw, table, columns[table], "FROM STDIN")) as copy,
            ):
                for part in read(f"{table}.copy"):
                    copy.write(part)
        raw.execute("SET CONSTRAINTS ALL IMMEDIATE")
        for table in quoted:
            raw.execute(f"ALTER TABLE {table} ENABLE TRIGGER USER")
        for sequence, value in manifest["sequences"].items():
            name = connection.ops.quote_name(sequence)
            raw.execute(
                "SELECT setval(to_regclass(%s), %s) WHERE to_regclass(%s) IS NOT NULL", [name, value, name]
            )


def _in_order(raw: Any, tables: list[str]) -> list[str]:
    """What is referred to at once comes first; references that wait for the end need no order."""
    sorter: TopologicalSorter[str] = TopologicalSorter({table: set() for table in tables})
    rows = raw.execute(
        "SELECT c.relname, r.relname FROM pg_constraint k JOIN pg_class c ON c.oid = k.conrelid "
        "JOIN pg_class r ON r.oid = k.confrelid WHERE k.contype = 'f' AND NOT k.condeferrable "
        "AND k.connamespace = current_schema()::regnamespace AND c.oid <> r.oid"
    )
    for table, needed in rows:
        sorter.add(table, needed)
    try:
        return [table for table in sorter.static_order() if table in set(tables)]
    except CycleError as error:
        raise BackupError(f"Die Tabellen {error.args[1]} verweisen im Kreis aufeinander.") from error
