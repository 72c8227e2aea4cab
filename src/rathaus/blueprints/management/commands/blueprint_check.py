"""``rathaus blueprint check DIR… [--json]``: says of every file in a blueprint whether it fits."""

from __future__ import annotations

from pathlib import Path

from rathaus.blueprints.public import check_blueprint
from rathaus.kernel.public import commands, findings


class Command(commands.FilesCommand):
    help = "Prüft Blaupausen-Ordner: Beschreibung, Formulare, Prozess, Entscheidungen, Briefe und Beispiele."
    noun = "ORDNER"
    requires_system_checks: list[str] = []

    def reports_of(self, name: str) -> list[findings.FileReport]:
        folder = Path(name)
        if folder.is_dir():
            return check_blueprint(folder)
        missing = findings.Finding(
            "", "missing", "Diesen Ordner gibt es nicht. Eine Blaupause ist ein Ordner."
        )
        return [findings.FileReport.of(name, [missing])]
