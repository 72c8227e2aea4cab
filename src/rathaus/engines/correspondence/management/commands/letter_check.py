"""``rathaus letter check FILE… [--json]``: says of every letter whether it can be published."""

from __future__ import annotations

import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand

from rathaus.engines.correspondence.public import check_letter
from rathaus.kernel.public import findings


class Command(BaseCommand):
    help = "Prüft Briefe (letters/*.md): Angaben, Platzhalter, Blöcke und Markdown."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("files", nargs="+", type=Path, metavar="DATEI")
        parser.add_argument("--json", action="store_true", help="Ergebnis als JSON ausgeben")

    def handle(self, *args: Any, files: list[Path], json: bool, **options: Any) -> None:
        reports = [findings.FileReport.of(str(file), _check(file)) for file in files]
        self.stdout.write(findings.as_json(reports) if json else findings.as_text(reports))
        if not all(report.ok for report in reports):
            sys.exit(1)


def _check(file: Path) -> list[findings.Finding]:
    try:
        text = file.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError as error:
        message = "Die Datei ist nicht in UTF-8 gespeichert. Speichern Sie sie neu als UTF-8."
        return [findings.Finding(f"Byte {error.start + 1}", "letter.encoding", message)]
    except (OSError, ValueError):
        return [findings.Finding("", "letter.file", "Diese Datei gibt es nicht oder sie ist nicht lesbar.")]
    return check_letter(text)
