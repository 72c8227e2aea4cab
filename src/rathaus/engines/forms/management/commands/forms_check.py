"""``rathaus forms check FILE… [--json]``: says of every form definition whether it can be published."""

from __future__ import annotations

import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand

from rathaus.engines.forms.files import read_form_file
from rathaus.engines.forms.public import check_definition
from rathaus.kernel.public import findings


class Command(BaseCommand):
    help = "Prüft Formulare (YAML oder JSON): Aufbau, Texte, Bedingungen und Berechnungen."
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
    source, found = read_form_file(file)
    if source is None:
        return found
    return [*found, *check_definition(source.content, code_lists=source.code_lists)]
