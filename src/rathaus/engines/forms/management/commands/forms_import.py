"""``rathaus forms import FILE… [--json]``: checks form definitions and publishes those that are all right."""

from __future__ import annotations

import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand

from rathaus.engines.forms.files import read_form_file
from rathaus.engines.forms.public import InvalidForm, load_definition, publish_form
from rathaus.identity.public import SYSTEM
from rathaus.kernel.public import findings


class Command(BaseCommand):
    help = "Prüft und veröffentlicht Formulare (YAML oder JSON) unter ihrem Schlüssel."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("files", nargs="+", type=Path, metavar="DATEI")
        parser.add_argument("--json", action="store_true", help="Ergebnis als JSON ausgeben")

    def handle(self, *args: Any, files: list[Path], json: bool, **options: Any) -> None:
        reports = [findings.FileReport.of(str(file), _import(file)) for file in files]
        self.stdout.write(findings.as_json(reports) if json else findings.as_text(reports))
        if not all(report.ok for report in reports):
            sys.exit(1)


def _import(file: Path) -> list[findings.Finding]:
    source, found = read_form_file(file)
    if source is None or found:
        return found
    try:
        key = load_definition(source.content, code_lists=source.code_lists).key
        publish_form(actor=SYSTEM, key=key, content=source.content, code_lists=source.code_lists)
    except InvalidForm as error:
        return list(error.findings)
    return []
