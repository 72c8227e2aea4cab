"""``rathaus process check FILE… [--json]``: says of every BPMN file whether it can be deployed."""

from __future__ import annotations

from pathlib import Path

from rathaus.kernel.public import commands, findings

from ...bpmn.reader import MAX_BYTES
from ...check.process import check_process
from ...environment import environment_of


class Command(commands.FilesCommand):
    help = "Prüft Prozesse (BPMN 2.0): ausführbare Elemente, Ausdrücke, Rollen, Formulare, Schreiben, Entscheidungen."
    requires_system_checks: list[str] = []

    def reports_of(self, name: str) -> list[findings.FileReport]:
        return [check_file(name)]


def check_file(name: str) -> findings.FileReport:
    """The report of one file, whatever is (or is not) under its name."""
    path = Path(name)
    try:
        if path.is_dir():
            return _refused(name, "file.folder", "Das ist ein Ordner. Geben Sie die BPMN-Datei darin an.")
        if path.exists() and not path.is_file():
            return _refused(name, "file.kind", "Das ist keine gewöhnliche Datei.")
        with path.open("rb") as file:
            data = file.read(MAX_BYTES + 1)
    except FileNotFoundError:
        return _refused(name, "file.missing", "Die Datei gibt es nicht. Prüfen Sie den Namen.")
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        return _refused(
            name, "file.unreadable", f"Die Datei ist nicht lesbar ({reason}). Prüfen Sie die Rechte."
        )
    try:
        environment = environment_of(path)
    except Exception:  # what lies beside the file is somebody else's, and may be anything  # noqa: BLE001
        message = (
            "Die Dateien neben dem Prozess sind nicht lesbar. Prüfen Sie sie mit „rathaus blueprint check“."
        )
        return _refused(name, "environment.broken", message)
    return findings.FileReport.of(name, check_process(data, environment=environment))


def _refused(name: str, rule: str, message: str) -> findings.FileReport:
    return findings.FileReport.of(name, [findings.Finding("Datei", rule, message)])
