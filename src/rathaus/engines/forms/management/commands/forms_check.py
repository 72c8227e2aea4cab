"""``rathaus forms check FILE… [--json]``: says of every form definition whether it can be published."""

from __future__ import annotations

from pathlib import Path

from rathaus.engines.forms.files import read_form_file
from rathaus.engines.forms.public import check_definition
from rathaus.kernel.public import commands, findings


class Command(commands.FilesCommand):
    help = "Prüft Formulare (YAML oder JSON): Aufbau, Texte, Bedingungen und Berechnungen."
    requires_system_checks: list[str] = []

    def reports_of(self, name: str) -> list[findings.FileReport]:
        return [findings.FileReport.of(name, _check(Path(name)))]


def _check(file: Path) -> list[findings.Finding]:
    source, found = read_form_file(file)
    if source is None:
        return found
    return [*found, *check_definition(source.content, code_lists=source.code_lists)]
