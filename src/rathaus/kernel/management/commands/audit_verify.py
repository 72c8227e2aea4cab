"""``rathaus audit verify``: does the chain of audit entries still tell what was written?"""

from __future__ import annotations

import sys
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from rathaus.kernel import audit, findings


class Command(BaseCommand):
    help = "Prüft das Protokoll: Wurde ein Eintrag geändert, gelöscht, eingefügt oder vertauscht?"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--position", type=int, help="Stelle eines früher notierten Kettenendes")
        parser.add_argument("--digest", default="", help="Prüfsumme dieses Kettenendes")
        parser.add_argument("--json", action="store_true", help="Ergebnis als JSON ausgeben")

    def handle(self, *args: Any, **options: Any) -> None:
        position = options["position"]
        expected = audit.Head(position, options["digest"]) if position is not None else None
        report = findings.FileReport.of("Protokoll", audit.verify(expected=expected))
        show = findings.as_json if options["json"] else findings.as_text
        self.stdout.write(show([report]))
        end = audit.head()
        if report.ok and not options["json"]:
            self.stdout.write(f"Kettenende: Stelle {end.position}, Prüfsumme {end.digest}")
        if not report.ok:
            sys.exit(1)
