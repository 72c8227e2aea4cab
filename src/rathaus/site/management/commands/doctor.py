"""``rathaus doctor``: is all well with this town hall, and what is to be done where it is not?"""

from __future__ import annotations

import json
import sys
from dataclasses import asdict
from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.db import DatabaseError, connection

from rathaus.kernel.public import doctor
from rathaus.site.doctor_checks import send_test_mail

SIGNS = {"ok": "in Ordnung", "warn": "Warnung", "fail": "FEHLER"}
NO_DATABASE = "RATHAUS_DATABASE_URL prüfen; läuft der Datenbankserver?"


class Command(BaseCommand):
    help = "Prüft Datenbank, Platten, Schlüssel, Hintergrunddienst, E-Mail, Uhr und alles Angeschlossene."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--json", action="store_true", help="Ergebnis als JSON ausgeben")
        parser.add_argument("--quick", action="store_true", help="keine anderen Rechner fragen")
        parser.add_argument(
            "--send", default="", metavar="ADRESSE", help="eine E-Mail zur Probe dorthin schicken"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        seen = _observed(outward=not options["quick"])
        if options["send"]:
            seen.append(send_test_mail(options["send"]))
        is_well = all(item.level != "fail" for item in seen)
        if options["json"]:
            checks = [asdict(item) for item in seen]
            self.stdout.write(json.dumps({"ok": is_well, "checks": checks}, ensure_ascii=False))
        else:
            for item in seen:
                self.stdout.write(f"{SIGNS[item.level]:<11} {item.place}: {item.message}")
                if item.advice:
                    self.stdout.write(f"{'':<11} -> {item.advice}")
        if not is_well:
            sys.exit(1)


def _observed(*, outward: bool) -> list[doctor.Observation]:
    """Without a database most checks would only repeat that it is away."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError as error:
        reason = " ".join(str(error).split())[:200]
        return [doctor.fail("Datenbank", f"ist nicht erreichbar: {reason}.", NO_DATABASE)]
    return list(doctor.observe(outward=outward))
