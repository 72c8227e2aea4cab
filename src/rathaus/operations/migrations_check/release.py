"""The schema of the last release, as it was noted then: its migrations, tables and columns."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.db import connection
from django.db.backends.base.introspection import BaseDatabaseIntrospection

FILE = Path(__file__).with_name("last_release.json")


@dataclass(frozen=True, slots=True)
class Release:
    """``tables``: columns by table. ``commit``: where its program can be found in the history."""

    version: str
    commit: str
    migrations: frozenset[str]
    tables: Mapping[str, tuple[str, ...]]


def last_release() -> Release:
    content = json.loads(FILE.read_text())
    tables = {table: tuple(columns) for table, columns in content["tables"].items()}
    return Release(content["version"], content["commit"], frozenset(content["migrations"]), tables)


def note(version: str, commit: str, applied: list[str]) -> None:
    """Write the present database down as the schema of a release, when one is made."""
    content: dict[str, Any] = {
        "version": version,
        "commit": commit,
        "migrations": sorted(applied),
        "tables": {table: sorted(columns) for table, columns in sorted(columns_by_table().items())},
    }
    FILE.write_text(json.dumps(content, indent=1, ensure_ascii=False) + "\n")


def columns_by_table() -> dict[str, dict[str, bool]]:
    """Columns of every table of this database, and whether an INSERT may leave them out."""
    found = {}
    with connection.cursor() as cursor:
        introspection: BaseDatabaseIntrospection = connection.introspection
        for table in introspection.django_table_names(only_existing=True, include_views=False):
            rows = introspection.get_table_description(cursor, table)
            keys = {
                column["name"] for column in introspection.get_sequences(cursor, table) if column.get("name")
            }
            key = introspection.get_primary_key_column(cursor, table)
            found[table] = {
                row.name: bool(row.null_ok) or row.default is not None or row.name in keys | {key}
                for row in rows
            }
    return found


def obstacles() -> list[str]:
    """What in this database would stop the last release: ``table.column`` gone, or new and required."""
    present, release = columns_by_table(), last_release()
    gone = [
        f"{table}.{column}"
        for table, columns in release.tables.items()
        for column in columns
        if column not in present.get(table, {})
    ]
    required = [
        f"{table}.{column}"
        for table, columns in release.tables.items()
        for column, may_be_left_out in present.get(table, {}).items()
        if column not in columns and not may_be_left_out
    ]
    return [f"{name} fehlt" for name in gone] + [f"{name} ist neu und Pflicht" for name in required]
