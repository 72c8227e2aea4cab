"""``rathaus backup DIR``: database and documents of one moment, while the town works."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import OperationalError
from django.template.defaultfilters import filesizeformat

from rathaus.kernel import backup
from rathaus.kernel.progress import Progress


class Command(BaseCommand):
    help = "Sichert Datenbank und Dokumente eines Augenblicks in einen Ordner, bei laufendem Betrieb."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "folder", metavar="ORDNER", help="Ordner der Sicherungen, mehrere Stände nebeneinander"
        )
        parser.add_argument(
            "--keep", type=int, default=0, help="so viele Stände behalten, ältere entfernen (alle)"
        )
        parser.add_argument(
            "--verify", action="store_true", help="nichts sichern, sondern einen Stand prüfen"
        )
        parser.add_argument("--list", action="store_true", help="nichts sichern, sondern die Stände nennen")
        parser.add_argument("--generation", default="", help="welcher Stand zu prüfen ist (der neueste)")
        parser.add_argument("--json", action="store_true", help="Ergebnis als JSON ausgeben")

    def handle(self, *args: Any, **options: Any) -> None:
        shelf = backup.Shelf(Path(options["folder"]).expanduser().resolve())
        if options["keep"] < 0:
            raise CommandError("--keep: Bitte mindestens 1 angeben, 0 behält alle.", returncode=2)
        show = progress_for(options["json"])
        try:
            if options["list"]:
                result: dict[str, Any] = {"generations": shelf.names()}
                text = "\n".join(shelf.names()) or "Keine Sicherung."
            elif options["verify"]:
                result, text = _verified(shelf, options["generation"], show)
            else:
                result, text = _made(shelf, options["keep"], show)
        except backup.BackupError as error:
            if options["json"]:
                self.stdout.write(json.dumps({"ok": False, "error": str(error)}, ensure_ascii=False))
            raise CommandError(str(error)) from None
        except OperationalError as error:
            reason = (str(error).strip().splitlines() or ["unbekannt"])[0]
            raise CommandError(f"Die Datenbank ist nicht erreichbar: {reason}") from None
        self.stdout.write(json.dumps(result, ensure_ascii=False) if options["json"] else text)
        if not result.get("ok", True):
            sys.exit(1)


def progress_for(silent: bool) -> Callable[[str], Progress]:
    """A bar for each part of the work, each on a line of its own."""
    bars: list[Progress] = []

    def begin(label: str) -> Progress:
        if bars:
            bars[-1].end()
        bars.append(Progress(label, silent=silent))
        return bars[-1]

    return begin


def _verified(shelf: backup.Shelf, name: str, show: Callable[[str], Progress]) -> tuple[dict[str, Any], str]:
    chosen = shelf.chosen(name)
    manifest = backup.verify(shelf, chosen, show("Sicherung prüfen"))
    text = f"In Ordnung: {chosen} vom {manifest['made_at']}, {manifest['blobs']} Dokumente."
    return {"ok": True, "generation": chosen, "blobs": manifest["blobs"]}, text


def _made(shelf: backup.Shelf, keep: int, show: Callable[[str], Progress]) -> tuple[dict[str, Any], str]:
    made = backup.make(shelf.root, keep=keep, progress=show)
    text = (
        f"Gesichert: {made.name}, {made.blobs} Dokumente, davon {made.copied} neu, {filesizeformat(made.size)} "
        "geschrieben."
    )
    if made.removed:
        text += f" Entfernt: {', '.join(made.removed)}."
    if made.damaged:
        text += (
            f"\nAchtung: {len(made.damaged)} Dokumente sind im Rathaus selbst beschädigt und daher nicht gesichert. "
            "»rathaus blobs verify« nennt sie."
        )
    result = {
        "ok": not made.damaged, "generation": made.name, "blobs": made.blobs, "copied": made.copied,
        "bytes": made.size, "damaged": made.damaged, "removed": made.removed,
    }  # fmt: skip
    return result, text
