"""``rathaus fleet migrate [--canary | --wave N]``: wave after wave; a failure stops, repeating goes on."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from django.core.management.base import CommandParser

from rathaus.operations.fleet import steps
from rathaus.operations.fleet.commands import FleetCommand
from rathaus.operations.fleet.inventory import FleetTown
from rathaus.operations.fleet.process import Outcome, each

CANARY = -1


class Command(FleetCommand):
    help = "Bringt die Datenbanken der Städte in Wellen auf den Stand ihrer Fassung; bei einem Fehler hält es an."

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        which = parser.add_mutually_exclusive_group()
        which.add_argument("--canary", action="store_true", help="nur die Probestädte (canary: true)")
        which.add_argument("--wave", type=int, help="nur diese Welle")

    def chosen(self, options: dict[str, Any]) -> list[FleetTown]:
        towns = super().chosen(options)
        if options["canary"]:
            return [town for town in towns if town.is_canary]
        if options["wave"] is not None:
            return [town for town in towns if wave_of(town) == options["wave"]]
        return towns

    def outcomes(self, towns: Sequence[FleetTown], options: dict[str, Any]) -> Iterable[Outcome]:
        return in_waves(towns, parallel=options["parallel"], timeout=options["timeout"])


def wave_of(town: FleetTown) -> int:
    """Canaries go before all waves."""
    return CANARY if town.is_canary else town.wave


def in_waves(towns: Sequence[FleetTown], *, parallel: int, timeout: float) -> Iterator[Outcome]:
    """One wave is finished before the next begins; after a failure nothing more is begun."""
    for wave in sorted({wave_of(town) for town in towns}):
        members = [town for town in towns if wave_of(town) == wave]
        failed = False
        for outcome in each(
            members,
            lambda town: steps.migrate(town, timeout=timeout),
            parallel=parallel,
            stop_on_failure=True,
        ):
            failed |= not outcome.ok
            yield outcome
        if failed:
            return
