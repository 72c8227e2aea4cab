"""Does the database fit the program? Migrations that are missing stop a start, or are applied under a lock."""

from __future__ import annotations

import fcntl
import hashlib
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.conf import settings
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection
from django.db.backends.utils import CursorWrapper
from django.db.migrations.executor import MigrationExecutor

LOCK_NUMBER = int.from_bytes(hashlib.sha256(b"rathaus migrate").digest()[:4])
LOCK_FILE = "migrate.lock"
LOCK_POLL_SECONDS = 0.2


def pending() -> list[str]:
    """Names of migrations that this program knows and the database has not seen, in their order.

    Migrations that only the database knows are no obstacle: a newer release has expanded the schema already.
    Raises DatabaseError when the database is away.
    """
    executor = MigrationExecutor(connection)
    plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
    return [f"{migration.app_label}.{migration.name}" for migration, _ in plan]


def applied() -> list[str]:
    """Names of all migrations that the database has seen, sorted."""
    executor = MigrationExecutor(connection)
    return sorted(f"{app}.{name}" for app, name in executor.loader.applied_migrations)


def make_ready(*, migrate: bool) -> None:
    """Before a service starts. Raises CommandError, which says what to do, where the database does not fit."""
    missing = _pending_or_refuse()
    if missing and migrate:
        try:
            migrate_alone()
        except DatabaseError as error:
            raise CommandError(
                f"Die Datenbank ließ sich nicht auf den neuen Stand bringen: {_first_line(error)}. "
                "Bitte führen Sie »rathaus migrate« aus; dort steht, welcher Schritt es war."
            ) from None
        missing = _pending_or_refuse()
    if missing:
        raise CommandError(
            f"Die Datenbank ist nicht auf dem Stand dieses Programms; es fehlen {len(missing)} Schritte "
            f"(zuerst {missing[0]}). Bitte sichern Sie die Datenbank und führen Sie »rathaus migrate« aus, "
            "oder starten Sie mit »rathaus serve --migrate«."
        )


def _pending_or_refuse() -> list[str]:
    try:
        return pending()
    except DatabaseError as error:
        raise CommandError(
            f"Die Datenbank ist nicht erreichbar: {_first_line(error)}. "
            "Bitte prüfen Sie RATHAUS_DATABASE_URL und ob der Datenbankserver läuft."
        ) from None


def _first_line(error: Exception) -> str:
    return (str(error).strip().splitlines() or [type(error).__name__])[0].rstrip(".")


def migrate_alone() -> None:
    """Apply what is missing; whoever comes second waits and then finds nothing to do."""
    with _only_one():
        call_command("migrate", verbosity=0, interactive=False, skip_checks=True)


@contextmanager
def _only_one() -> Iterator[None]:
    if connection.vendor != "postgresql":
        with (Path(settings.DATA_DIR) / LOCK_FILE).open("w") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            yield
        return
    with connection.cursor() as cursor:
        # Asked again and again: who waits inside one statement would hold up an index that is built concurrently.
        while not _got_lock(cursor):
            time.sleep(LOCK_POLL_SECONDS)
        try:
            yield
        finally:
            cursor.execute("SELECT pg_advisory_unlock(%s)", [LOCK_NUMBER])


def _got_lock(cursor: CursorWrapper) -> bool:
    cursor.execute("SELECT pg_try_advisory_lock(%s)", [LOCK_NUMBER])
    return bool(cursor.fetchone()[0])
