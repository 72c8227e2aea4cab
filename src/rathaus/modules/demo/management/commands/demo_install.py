"""``rathaus demo install``: the demonstration town with its people, services and half a year of cases."""

from __future__ import annotations

from pathlib import Path
from random import Random
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from rathaus.modules.demo.data import DEFAULT_FOLDER, BrokenTownData, TownData
from rathaus.modules.demo.services.cases import Stuck, cases_exist, play_cases
from rathaus.modules.demo.services.material import scripts_of
from rathaus.modules.demo.services.plans import make_plans
from rathaus.modules.demo.services.town import NotADemonstration, install_services, set_up_town

SEED = 65232
CASES = 300


class Command(BaseCommand):
    help = "Lädt die Musterstadt: Dienststellen, Personen, Leistungen und Vorgänge."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--cases", type=int, default=CASES, help=f"Zahl der Vorgänge (sonst {CASES})")
        parser.add_argument(
            "--dir", type=Path, default=DEFAULT_FOLDER, help="Ordner mit den Dateien der Stadt"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        if settings.PRODUCTION:
            raise CommandError(
                "Die Musterstadt hat ein öffentlich bekanntes Passwort und gehört nicht auf einen Server im Betrieb."
            )
        try:
            self._install(TownData(options["dir"]), options["cases"])
        except (BrokenTownData, NotADemonstration, Stuck) as error:
            raise CommandError(str(error)) from error

    def _install(self, data: TownData, count: int) -> None:
        set_up_town(data=data)
        self._say("Dienststellen, Personen und Aktenplan sind da.")
        bundles = install_services(
            folder=Path(settings.BLUEPRINT_DIR), watch=lambda slug: self._progress(f"Leistung {slug}")
        )
        self._say(f"{len(bundles)} Leistungen sind installiert.")
        if cases_exist():
            self._say("Vorgänge der Musterstadt gibt es schon; es kommen keine dazu.")
            return
        random = Random(SEED)  # noqa: S311 - made-up cases, the same at every loading; no secret
        plans = make_plans(count=count, scripts=scripts_of(bundles), people=data.citizens(), random=random)
        play_cases(
            plans=plans,
            follow_up_process=data.process("nachkontrolle.bpmn"),
            random=random,
            watch=lambda done, total: self._progress(f"Vorgänge: {done * 100 // total} %"),
        )
        self._say(f"{len(plans)} Vorgänge sind angelegt und bearbeitet.")

    def _progress(self, text: str) -> None:
        """The line that changes, on a terminal only."""
        if self.stdout.isatty():
            self.stdout.write(f"\r\x1b[K{text} …", ending="")
            self.stdout.flush()

    def _say(self, text: str) -> None:
        self.stdout.write(f"\r\x1b[K{text}" if self.stdout.isatty() else text)
