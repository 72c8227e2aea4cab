"""``rathaus letter check FILE… [--json]``: says of every letter whether it can be published."""

from __future__ import annotations

from pathlib import Path

from rathaus.engines.correspondence.public import check_letter
from rathaus.kernel.public import commands, findings


class Command(commands.FilesCommand):
    help = "Prüft Briefe (letters/*.md): Angaben, Platzhalter, Blöcke und Markdown."
    requires_system_checks: list[str] = []

    def reports_of(self, name: str) -> list[findings.FileReport]:
        return [findings.FileReport.of(name, _check(Path(name)))]


def _check(file: Path) -> list[findings.Finding]:
    try:
        text = file.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError as error:
        message = "Die Datei ist nicht in UTF-8 gespeichert. Speichern Sie sie neu als UTF-8."
        return [findings.Finding(f"Byte {error.start + 1}", "letter.encoding", message)]
    except (OSError, ValueError):
        return [findings.Finding("", "letter.file", "Diese Datei gibt es nicht oder sie ist nicht lesbar.")]
    return check_letter(text)
