"""``rathaus fleet provision [TOWN…]``: folder, keys, database, schema, administrator, services of each town."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from django.core.management.base import CommandParser

from rathaus.operations.fleet import steps
from rathaus.operations.fleet.commands import FleetCommand
from rathaus.operations.fleet.inventory import FleetTown
from rathaus.operations.fleet.process import Outcome, each
from rathaus.operations.fleet.templates import Templates


class Command(FleetCommand):
    help = "Richtet Städte des Bestands ein; noch einmal ergänzt nur, was fehlt."

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        parser.add_argument(
            "--admin-database",
            default="",
            metavar="URL",
            help="PostgreSQL-Zugang, der Rollen und Datenbanken anlegt",
        )
        parser.add_argument(
            "--write-environment",
            type=Path,
            metavar="ORDNER",
            help="dort STADT.env für die systemd-Dienste ablegen",
        )

    def outcomes(self, towns: Sequence[FleetTown], options: dict[str, Any]) -> Iterable[Outcome]:
        def step(town: FleetTown) -> Outcome:
            outcome = steps.provision(
                town, templates, admin_url=options["admin_database"], timeout=options["timeout"]
            )
            if outcome.ok and options["write_environment"]:
                steps.write_environment(town, options["write_environment"])
            return outcome

        with Templates() as templates:
            yield from each(towns, step, parallel=options["parallel"])

    def show(self, outcome: Outcome) -> None:
        super().show(outcome)
        link = (outcome.data or {}).get("password_link")
        if link:
            self.stdout.write(f"       Kennwort wählen: {link}")
