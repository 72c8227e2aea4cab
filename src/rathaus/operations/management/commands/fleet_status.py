"""``rathaus fleet status [TOWN…]``: version, schema, health, jobs and backup of every town."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from django.core.management.base import CommandParser

from rathaus.operations.fleet import steps
from rathaus.operations.fleet.commands import FleetCommand
from rathaus.operations.fleet.inventory import FleetTown
from rathaus.operations.fleet.process import Outcome, each


class Command(FleetCommand):
    help = "Zeigt, wie es allen Städten geht: Fassung, Datenbank, Aufträge, Webserver, letzte Sicherung."

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        parser.set_defaults(timeout=steps.STATUS_SECONDS)

    def outcomes(self, towns: Sequence[FleetTown], options: dict[str, Any]) -> Iterable[Outcome]:
        return each(
            towns, lambda town: steps.status(town, timeout=options["timeout"]), parallel=options["parallel"]
        )

    def show(self, outcome: Outcome) -> None:
        data = outcome.data
        if data is None:
            super().show(outcome)
            return
        jobs = data.get("jobs", {})
        pending = len(data.get("schema", {}).get("pending", []))
        self.stdout.write(
            f"{'ok    ' if outcome.ok else 'FEHLER'} {outcome.town:<24} {data['version']:<10} "
            f"{'Schema aktuell' if not pending else f'{pending} Schritte fehlen':<18} "
            f"{data.get('web') or '–':<10} wartend {jobs.get('ready', '–')}, gescheitert {jobs.get('dead', '–')}, "
            f"Sicherung {data.get('last_backup') or '–'}  {outcome.message}".rstrip()
        )
