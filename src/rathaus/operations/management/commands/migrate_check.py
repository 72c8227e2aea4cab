"""``rathaus migrate check``: could programs of the last release work on the new schema?"""

from __future__ import annotations

import sys
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from rathaus.kernel.public import findings
from rathaus.operations.migrations_check.linter import check


class Command(BaseCommand):
    help = "Prüft neue Migrationen: Kann die letzte Fassung mit der neuen Datenbank weiterarbeiten?"
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--json", action="store_true", help="Ergebnis als JSON ausgeben")

    def handle(self, *args: Any, **options: Any) -> None:
        reports = check()
        show = findings.as_json if options["json"] else findings.as_text
        self.stdout.write(show(reports) or "Seit der letzten Fassung gibt es keine neuen Migrationen.")
        if not all(report.ok for report in reports):
            sys.exit(1)
