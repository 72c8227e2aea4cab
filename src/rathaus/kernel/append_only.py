"""Tables that only grow: triggers refuse what must not happen, in the words of both databases."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db import connection as default_connection
from django.db import migrations
from django.db.backends.base.base import BaseDatabaseWrapper

__all__ = ["ALL", "UPDATES", "install", "protection", "remove", "unprotected"]

ALL = ("update", "delete", "truncate")
UPDATES = ("update",)
REFUSAL = "this table is append-only"

_POSTGRESQL_FUNCTION = f"""
CREATE OR REPLACE FUNCTION rathaus_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN RAISE EXCEPTION '{REFUSAL}' USING ERRCODE = 'integrity_constraint_violation'; END $$
"""


def protection(*tables: str, events: tuple[str, ...] = ALL) -> migrations.RunPython:
    """The operation for a migration that protects tables."""

    def forwards(apps: Any, schema_editor: Any) -> None:
        install(schema_editor.connection, tables, events)

    def backwards(apps: Any, schema_editor: Any) -> None:
        remove(schema_editor.connection, tables, events)

    return migrations.RunPython(forwards, backwards)


def install(connection: BaseDatabaseWrapper, tables: Iterable[str], events: tuple[str, ...] = ALL) -> None:
    """Protect the tables. Doing it again does nothing."""
    statements: list[str] = []
    if connection.vendor == "postgresql":
        statements.append(_POSTGRESQL_FUNCTION)
    for table in tables:
        for event in _known(connection.vendor, events):
            statements.append(_create(connection.vendor, table, event))
    _execute(connection, statements)


def remove(connection: BaseDatabaseWrapper, tables: Iterable[str], events: tuple[str, ...] = ALL) -> None:
    """Lift the protection: for going back in migrations, and for emptying test databases."""
    on_table = connection.vendor == "postgresql"
    statements = [
        f"DROP TRIGGER IF EXISTS {table}_no_{event}" + (f" ON {table}" if on_table else "")
        for table in tables
        for event in _known(connection.vendor, events)
    ]
    _execute(connection, statements)


def unprotected(tables: Iterable[str], events: tuple[str, ...] = ALL) -> list[str]:
    """Tables whose triggers are missing (SQLite loses them when a migration rebuilds the table)."""
    vendor = default_connection.vendor
    query = "SELECT name FROM sqlite_master WHERE type = 'trigger'"
    if vendor == "postgresql":
        query = "SELECT tgname FROM pg_trigger WHERE NOT tgisinternal AND tgenabled <> 'D'"
    with default_connection.cursor() as cursor:
        cursor.execute(query)
        present = {name for (name,) in cursor.fetchall()}
    needed = _known(vendor, events)
    return [table for table in tables if not {f"{table}_no_{event}" for event in needed} <= present]


def _known(vendor: str, events: tuple[str, ...]) -> tuple[str, ...]:
    return events if vendor == "postgresql" else tuple(event for event in events if event != "truncate")


def _create(vendor: str, table: str, event: str) -> str:
    if vendor == "postgresql":
        return (
            f"CREATE OR REPLACE TRIGGER {table}_no_{event} BEFORE {event.upper()} ON {table} "
            "FOR EACH STATEMENT EXECUTE FUNCTION rathaus_append_only()"
        )
    return (
        f"CREATE TRIGGER IF NOT EXISTS {table}_no_{event} BEFORE {event.upper()} ON {table} "
        f"BEGIN SELECT RAISE(ABORT, '{REFUSAL}'); END"
    )


def _execute(connection: BaseDatabaseWrapper, statements: list[str]) -> None:
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)
