"""``rathaus blobs verify``: is every document there, whole and readable?"""

from __future__ import annotations

import sys
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from rathaus.kernel import findings
from rathaus.kernel.blobs import checking
from rathaus.kernel.progress import Progress


class Command(BaseCommand):
    help = "Liest jedes abgelegte Dokument und prüft, ob es vorhanden und unverändert ist."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--json", action="store_true", help="Ergebnis als JSON ausgeben")

    def handle(self, *args: Any, **options: Any) -> None:
        progress = Progress("Dokumente prüfen", silent=options["json"])
        report = findings.FileReport.of("Ablage", checking.verify(progress))
        progress.end()
        show = findings.as_json if options["json"] else findings.as_text
        self.stdout.write(show([report]))
        if not report.ok:
            sys.exit(1)
