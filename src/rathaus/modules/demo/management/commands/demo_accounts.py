"""``rathaus demo accounts``: with whom one can sign in to the demonstration town."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from rathaus.identity.public import Town, UserAccount
from rathaus.modules.demo.data import DEFAULT_FOLDER, BrokenTownData, TownData
from rathaus.modules.demo.services.town import PASSWORD


class Command(BaseCommand):
    help = "Zeigt die Konten der Musterstadt, mit denen man sich anmelden kann."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--dir", type=Path, default=DEFAULT_FOLDER, help="Ordner mit den Dateien der Stadt"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        if not Town.objects.filter(is_demo=True).exists():
            raise CommandError("Die Musterstadt ist nicht geladen. »rathaus demo install« lädt sie.")
        try:
            printed = TownData(options["dir"]).printed_accounts()
        except BrokenTownData as error:
            raise CommandError(str(error)) from error
        present = set(UserAccount.objects.values_list("email", flat=True))
        width = max((len(entry.email) for entry in printed), default=0)
        self.stdout.write(f"Konten zum Ausprobieren, alle mit dem Passwort  {PASSWORD}\n")
        for entry in printed:
            if entry.email in present:
                self.stdout.write(f"  {entry.email:<{width}}  {entry.role['de']}: {entry.shows['de']}")
