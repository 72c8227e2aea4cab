"""Emptying test databases in spite of the triggers that protect append-only tables.

Transactional tests empty all tables afterwards. The triggers stay on while a test runs, and are lifted only for that.
"""

from __future__ import annotations

from typing import Any

from django.db import connection
from django.test import TransactionTestCase

PROTECTED = ("kernel_auditentry", "kernel_auditseal")


def lift_while_emptying() -> None:
    """Wrap Django's emptying of the database, once for the whole test run."""
    original = TransactionTestCase._fixture_teardown  # type: ignore[attr-defined]  # no public hook exists
    if getattr(original, "lifts_triggers", False):
        return

    def teardown(self: Any) -> None:
        from rathaus.engines.records import erasure_guard
        from rathaus.kernel import append_only

        append_only.remove(connection, PROTECTED)
        erasure_guard.remove_guard(connection)
        try:
            original(self)
        finally:
            append_only.install(connection, PROTECTED)
            erasure_guard.install_guard(connection)

    teardown.lifts_triggers = True  # type: ignore[attr-defined]  # marks the wrapper as such
    TransactionTestCase._fixture_teardown = teardown  # type: ignore[attr-defined]  # no public hook exists
