"""``rathaus fleet backup --to DIR [TOWN…]``: every town's own backup, each into a folder of its own."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from django.core.management.base import CommandParser

from rathaus.operations.fleet import steps
from rathaus.operations.fleet.commands import FleetCommand
from rathaus.operations.fleet.inventory import FleetTown
from rathaus.operations.fleet.process import Outcome, each


class Command(FleetCommand):
    help = "Sichert Städte des Bestands, jede in einen eigenen Ordner."

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("--to", type=Path, required=True, metavar="ORDNER", help="Ordner der Sicherungen")
        parser.add_argument("--keep", type=int, default=7, help="so viele Sicherungen bleiben je Stadt (7)")

    def outcomes(self, towns: Sequence[FleetTown], options: dict[str, Any]) -> Iterable[Outcome]:
        folder = options["to"].resolve()

        def step(town: FleetTown) -> Outcome:
            return steps.backup(town, folder, keep=options["keep"], timeout=options["timeout"])

        return each(towns, step, parallel=options["parallel"])
