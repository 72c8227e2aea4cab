"""Filed versions are deleted by one procedure only: triggers ask for its mark, in the words of both databases.

``ErasurePermit`` holds the case for as long as the transaction lasts that erases it.
"""

from __future__ import annotations

from typing import Any

from django.db.backends.base.base import BaseDatabaseWrapper

TABLE = "records_documentversion"
REFUSAL = "filed versions are deleted by disposal only"
# Own names only. A version whose document is gone already belongs to no case; nothing makes such rows.
_PERMITTED = (
    "SELECT 1 FROM records_erasurepermit AS permit "
    "JOIN records_document AS document ON document.case_id = permit.case_id "
    "WHERE document.id = old.document_id"
)
_SQLITE = (
    f"CREATE TRIGGER IF NOT EXISTS {TABLE}_no_delete BEFORE DELETE ON {TABLE} "
    f"WHEN NOT EXISTS ({_PERMITTED}) BEGIN SELECT RAISE(ABORT, '{REFUSAL}'); END",
)
_POSTGRESQL = (
    f"""
CREATE OR REPLACE FUNCTION {TABLE}_guard() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NOT EXISTS ({_PERMITTED}) THEN
    RAISE EXCEPTION '{REFUSAL}' USING ERRCODE = 'integrity_constraint_violation';
  END IF;
  RETURN old;
END $$
""",
    f"CREATE OR REPLACE TRIGGER {TABLE}_no_delete BEFORE DELETE ON {TABLE} "
    f"FOR EACH ROW EXECUTE FUNCTION {TABLE}_guard()",
)


def install_guard(connection: BaseDatabaseWrapper) -> None:
    """Guard the table. Doing it again does nothing."""
    _execute(connection, _POSTGRESQL if connection.vendor == "postgresql" else _SQLITE)


def remove_guard(connection: BaseDatabaseWrapper) -> None:
    """Lift the guard: for going back in migrations, and for emptying test databases."""
    on_table = f" ON {TABLE}" if connection.vendor == "postgresql" else ""
    _execute(connection, (f"DROP TRIGGER IF EXISTS {TABLE}_no_delete{on_table}",))


def install(apps: Any, schema_editor: Any) -> None:
    """For the migration."""
    install_guard(schema_editor.connection)


def remove(apps: Any, schema_editor: Any) -> None:
    """For the migration."""
    remove_guard(schema_editor.connection)


def _execute(connection: BaseDatabaseWrapper, statements: tuple[str, ...]) -> None:
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)
