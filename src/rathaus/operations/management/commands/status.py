"""``rathaus status``: how this town hall is; for its operator and for the fleet."""

from __future__ import annotations

import json
import sys
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from rathaus.operations import instance


class Command(BaseCommand):
    help = "Zeigt, wie es diesem Rathaus geht: Fassung, Datenbank, Aufträge, Speicherplatz, Sicherung."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--json", action="store_true", help="Ergebnis als JSON ausgeben")

    def handle(self, *args: Any, **options: Any) -> None:
        found = instance.status()
        if options["json"]:
            self.stdout.write(json.dumps(found, ensure_ascii=False))
        else:
            self.stdout.write(as_text(found))
        if not found["ok"]:
            sys.exit(1)


def as_text(found: dict[str, Any]) -> str:
    schema, jobs = found.get("schema", {}), found.get("jobs", {})
    lines = [
        f"Fassung            {found['version']} ({found['database']})",
        f"Datenbank          {schema.get('applied', '–')} Schritte, {len(schema.get('pending', []))} fehlen",
        f"Aufträge           {jobs.get('ready', '–')} warten, {jobs.get('dead', '–')} gescheitert",
        f"Freier Platz       {found['free_mb']} MB",
        f"Letzte Sicherung   {found.get('last_backup') or 'keine bekannt'}",
        f"Wartungsbetrieb    {'ein' if found.get('maintenance') else 'aus'}",
    ]
    lines += [f"Bitte ansehen: {instance.TEXTS.get(problem, problem)}" for problem in found["problems"]]
    return "\n".join(lines)
