"""``rathaus town setup``: make an empty database a town that its administrator can enter."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser

from rathaus.blueprints.public import BlueprintRefused
from rathaus.kernel.public import findings, schema
from rathaus.operations.setting_up import NewTown, password_link, set_up


class Command(BaseCommand):
    help = "Richtet eine leere Stadt ein: Name, erste Verwalterin, Leistungen. Noch einmal ergänzt nur, was fehlt."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--name", required=True, help="kurzer Name, zum Beispiel Taunusstein")
        parser.add_argument(
            "--official-name", default="", help="amtlicher Name, zum Beispiel Stadt Taunusstein"
        )
        parser.add_argument(
            "--administrator", default="", metavar="E-MAIL", help="erstes Konto der Verwaltung"
        )
        parser.add_argument(
            "--blueprint",
            action="append",
            default=[],
            type=Path,
            metavar="ORDNER",
            help="Leistung; mehrfach möglich",
        )
        parser.add_argument("--json", action="store_true", help="Ergebnis als JSON ausgeben")

    def handle(self, *args: Any, **options: Any) -> None:
        schema.make_ready(migrate=False)
        new = NewTown(
            name=options["name"],
            official_name=options["official_name"],
            state=settings.RATHAUS_STATE,
            administrator=options["administrator"],
            folders=tuple(options["blueprint"]),
        )
        try:
            account = set_up(new)
        except ValidationError as refusal:
            raise CommandError(
                "Die Stadt ließ sich nicht einrichten: " + " ".join(refusal.messages)
            ) from None
        except BlueprintRefused as refusal:
            raise CommandError(findings.as_text(refusal.reports)) from None
        link = password_link(account) if account else None
        if options["json"]:
            self.stdout.write(json.dumps({"password_link": link}))
        elif link:
            self.stdout.write(
                f"{new.name} ist eingerichtet. {new.administrator} wählt hier das Kennwort:\n{link}"
            )
        else:
            self.stdout.write(f"{new.name} ist eingerichtet.")
