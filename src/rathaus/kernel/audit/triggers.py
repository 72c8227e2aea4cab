"""What makes the tables append-only: triggers, in the words of both databases."""

from __future__ import annotations

from django.db import connection as default_connection
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

TABLES = ("kernel_auditentry", "kernel_auditseal")
REFUSAL = "audit entries are append-only"

_POSTGRESQL_FUNCTION = f"""
CREATE OR REPLACE FUNCTION rathaus_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN RAISE EXCEPTION '{REFUSAL}' USING ERRCODE = 'integrity_constraint_violation'; END $$
"""


def install(connection: BaseDatabaseWrapper, tables: tuple[str, ...] = TABLES) -> None:
    """Protect the tables. Doing it again does nothing."""
    statements: list[str] = [_POSTGRESQL_FUNCTION] if connection.vendor == "postgresql" else []
    for table in tables:
        statements += _statements(connection.vendor, table)
    _execute(connection, statements)


def remove(connection: BaseDatabaseWrapper, tables: tuple[str, ...] = TABLES) -> None:
    """Lift the protection: for going back in migrations, and for emptying test databases."""
    on_table = connection.vendor == "postgresql"
    _execute(
        connection,
        [
            f"DROP TRIGGER IF EXISTS {table}_{event}" + (f" ON {table}" if on_table else "")
            for table in tables
            for event in _events(connection.vendor)
        ],
    )


def unprotected_tables() -> list[str]:
    """Tables whose triggers are missing (SQLite loses them when a migration rebuilds the table)."""
    query = (
        "SELECT tgname FROM pg_trigger WHERE NOT tgisinternal AND tgenabled <> 'D'"
        if default_connection.vendor == "postgresql"
        else "SELECT name FROM sqlite_master WHERE type = 'trigger'"
    )
    with default_connection.cursor() as cursor:
        cursor.execute(query)
        present = {name for (name,) in cursor.fetchall()}
    return [
        table for table in TABLES if not {f"{table}_{event}" for event in _events(default_connection.vendor)} <= present
    ]


def install_by_migration(apps: object, schema_editor: BaseDatabaseSchemaEditor) -> None:
    install(schema_editor.connection)


def remove_by_migration(apps: object, schema_editor: BaseDatabaseSchemaEditor) -> None:
    remove(schema_editor.connection)


def _events(vendor: str) -> tuple[str, ...]:
    return ("update", "delete", "truncate") if vendor == "postgresql" else ("update", "delete")


def _statements(vendor: str, table: str) -> list[str]:
    if vendor == "postgresql":
        return [
            f"CREATE OR REPLACE TRIGGER {table}_{event} BEFORE {event.upper()} ON {table} "
            f"FOR EACH STATEMENT EXECUTE FUNCTION rathaus_append_only()"
            for event in _events(vendor)
        ]
    return [
        f"CREATE TRIGGER IF NOT EXISTS {table}_{event} BEFORE {event.upper()} ON {table} "
        f"BEGIN SELECT RAISE(ABORT, '{REFUSAL}'); END"
        for event in _events(vendor)
    ]


def _execute(connection: BaseDatabaseWrapper, statements: list[str]) -> None:
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)
