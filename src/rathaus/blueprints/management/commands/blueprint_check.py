"""``rathaus blueprint check DIR… [--json]``: says of every file in a blueprint whether it fits."""

from __future__ import annotations

import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand

from rathaus.blueprints.public import check_blueprint
from rathaus.kernel.public import findings


class Command(BaseCommand):
    help = "Prüft Blaupausen-Ordner: Beschreibung, Formulare, Prozess, Entscheidungen, Briefe und Beispiele."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("folders", nargs="+", type=Path, metavar="ORDNER")
        parser.add_argument("--json", action="store_true", help="Ergebnis als JSON ausgeben")

    def handle(self, *args: Any, folders: list[Path], json: bool, **options: Any) -> None:
        reports = [report for folder in folders for report in _check(folder)]
        if json:
            self.stdout.write(findings.as_json(reports))
        else:
            self.stdout.write(findings.as_text(reports))
        if not all(report.ok for report in reports):
            sys.exit(1)


def _check(folder: Path) -> list[findings.FileReport]:
    if folder.is_dir():
        return check_blueprint(folder)
    missing = findings.Finding("", "missing", "Diesen Ordner gibt es nicht. Eine Blaupause ist ein Ordner.")
    return [findings.FileReport(file=str(folder), ok=False, findings=(missing,))]
