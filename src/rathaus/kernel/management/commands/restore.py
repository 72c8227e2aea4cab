"""``rathaus restore DIR``: bring a town back from a backup, into an empty place."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from rathaus.kernel import backup
from rathaus.kernel.management.commands.backup import progress_for

SHOWN = 20


class Command(BaseCommand):
    help = "Holt ein Rathaus aus einer Sicherung zurück; prüft zuvor und danach alles."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("folder", metavar="ORDNER", help="Ordner der Sicherungen")
        parser.add_argument("--generation", default="", help="welcher Stand (der neueste)")
        parser.add_argument("--force", action="store_true", help="vorhandene Daten ersetzen")
        parser.add_argument("--json", action="store_true", help="Ergebnis als JSON ausgeben")

    def handle(self, *args: Any, **options: Any) -> None:
        shelf = backup.Shelf(Path(options["folder"]).expanduser().resolve())
        try:
            restored = backup.restore(
                shelf,
                name=options["generation"],
                force=options["force"],
                progress=progress_for(options["json"]),
            )
        except backup.BackupError as error:
            if options["json"]:
                self.stdout.write(json.dumps({"ok": False, "error": str(error)}, ensure_ascii=False))
            raise CommandError(str(error)) from None
        self.stdout.write(_as_json(restored) if options["json"] else _as_text(restored))
        if restored.findings:
            sys.exit(1)


def _as_json(restored: backup.Restored) -> str:
    findings = [
        {"place": item.place, "rule": item.rule, "message": item.message} for item in restored.findings
    ]
    return json.dumps(
        {
            "ok": not findings, "generation": restored.name, "made_at": restored.made_at, "blobs": restored.blobs,
            "findings": findings,
        },
        ensure_ascii=False,
    )  # fmt: skip


def _as_text(restored: backup.Restored) -> str:
    lines = [f"Zurückgeholt: Stand {restored.name} vom {restored.made_at}, {restored.blobs} Dokumente."]
    if restored.set_aside:
        lines.append(
            f"{restored.set_aside} Kettenenden, die jünger sind als dieser Stand, liegen nun in einem Unterordner "
            "von RATHAUS_AUDIT_HEAD_DIR."
        )
    if not restored.findings:
        lines.append("Protokoll und Dokumente sind in Ordnung. Die Dienste können starten.")
    lines += [f"{item.place}: {item.message}" for item in restored.findings[:SHOWN]]
    if len(restored.findings) > SHOWN:
        lines.append(f"… und {len(restored.findings) - SHOWN} weitere.")
    return "\n".join(lines)
