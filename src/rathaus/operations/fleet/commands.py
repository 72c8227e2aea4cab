"""What the fleet's commands share: inventory, choice of towns, how many at a time, how outcomes are shown."""

from __future__ import annotations

import json
import sys
from abc import abstractmethod
from collections.abc import Iterable, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from .inventory import FleetTown, InventoryRefused, read
from .process import Outcome

MAX_PARALLEL = 64


class FleetCommand(BaseCommand):
    """``rathaus fleet … [TOWN…] --inventory FILE``: one outcome for each town; exit code 1 if any failed."""

    takes_towns = True
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        if self.takes_towns:
            parser.add_argument("towns", nargs="*", metavar="STADT", help="Namen; ohne Angabe alle")
        parser.add_argument(
            "--inventory", type=Path, default=Path("fleet.yaml"), help="Bestandsdatei (fleet.yaml)"
        )
        parser.add_argument("--parallel", type=int, default=4, help="so viele Städte zugleich (4)")
        parser.add_argument(
            "--timeout", type=float, default=600, help="Sekunden für einen Schritt einer Stadt (600)"
        )
        parser.add_argument("--json", action="store_true", help="Ergebnis als JSON ausgeben")

    @abstractmethod
    def outcomes(self, towns: Sequence[FleetTown], options: dict[str, Any]) -> Iterable[Outcome]:
        """Do it in these towns; outcomes as they come."""

    def handle(self, *args: Any, **options: Any) -> None:
        if not 1 <= options["parallel"] <= MAX_PARALLEL or options["timeout"] <= 0:
            raise CommandError(
                f"--parallel muss zwischen 1 und {MAX_PARALLEL} liegen, --timeout über 0.", returncode=2
            )
        towns = self.chosen(options)
        done: list[Outcome] = []
        for outcome in self.outcomes(towns, options):
            done.append(outcome)
            if not options["json"]:
                self.show(outcome)
                self.stdout.flush()
        order = {town.name: number for number, town in enumerate(towns)}
        done.sort(key=lambda outcome: order[outcome.town])
        left = [town.name for town in towns if town.name not in {outcome.town for outcome in done}]
        self.conclude(done, left, options)
        if left or not all(outcome.ok for outcome in done):
            sys.exit(1)

    def chosen(self, options: dict[str, Any]) -> list[FleetTown]:
        """The towns that are meant, in the order of the file. Raises CommandError."""
        try:
            towns = read(options["inventory"])
        except InventoryRefused as refusal:
            raise CommandError(str(refusal)) from None
        names = options.get("towns") or []
        unknown = sorted(set(names) - {town.name for town in towns})
        if unknown:
            raise CommandError(f"Nicht im Bestand: {', '.join(unknown)}.", returncode=2)
        return [town for town in towns if not names or town.name in names]

    def show(self, outcome: Outcome) -> None:
        state = "ok    " if outcome.ok else "FEHLER"
        self.stdout.write(f"{state} {outcome.town:<24} {outcome.seconds:6.1f} s  {outcome.message}".rstrip())

    def conclude(self, done: Sequence[Outcome], left: Sequence[str], options: dict[str, Any]) -> None:
        if options["json"]:
            towns = [{key: value for key, value in asdict(one).items() if key != "output"} for one in done]
            self.stdout.write(json.dumps({"towns": towns, "left": list(left)}, ensure_ascii=False))
            return
        failed = sum(not outcome.ok for outcome in done)
        text = f"{len(done) - failed} von {len(done) + len(left)} Städten in Ordnung"
        text += f", {failed} mit Fehler" if failed else ""
        text += f", {len(left)} nicht begonnen: {', '.join(left)}" if left else ""
        self.stdout.write(text + ".")
