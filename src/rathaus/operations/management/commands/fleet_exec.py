"""``rathaus fleet exec [--town NAME]… -- WORDS…``: one of our commands in every town, each in its own process."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from django.core.management.base import CommandError, CommandParser

from rathaus.operations.fleet.commands import FleetCommand
from rathaus.operations.fleet.inventory import FleetTown
from rathaus.operations.fleet.process import Outcome, each, run


class Command(FleetCommand):
    help = "Führt einen Befehl von Rathaus in jeder Stadt aus, zum Beispiel: fleet exec -- audit verify"
    takes_towns = False

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        parser.add_argument(
            "--town", action="append", default=[], dest="towns", help="nur diese Stadt; mehrfach möglich"
        )
        parser.add_argument("words", nargs="+", metavar="WORT", help="der Befehl, nach »--«")

    def outcomes(self, towns: Sequence[FleetTown], options: dict[str, Any]) -> Iterable[Outcome]:
        if options["words"][0] in ("run", "serve", "worker", "fleet", "shell", "dbshell"):
            raise CommandError(
                f"»{options['words'][0]}« endet nicht von selbst oder fragt zurück.", returncode=2
            )
        return each(
            towns,
            lambda town: run(town, options["words"], timeout=options["timeout"]),
            parallel=options["parallel"],
        )

    def show(self, outcome: Outcome) -> None:
        super().show(outcome)
        for line in outcome.output.splitlines():
            self.stdout.write(f"       {outcome.town}: {line}")
