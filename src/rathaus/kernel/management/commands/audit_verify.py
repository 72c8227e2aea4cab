"""``rathaus audit verify``: does the chain of audit entries still tell what was written?"""

from __future__ import annotations

import sys
from datetime import datetime
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone
from django.utils.dateparse import parse_date, parse_datetime

from rathaus.kernel import audit, findings, keys
from rathaus.kernel.progress import Progress

SHOWN = 1_000


class Command(BaseCommand):
    help = "Prüft das Protokoll: Wurde ein Eintrag geändert, gelöscht, eingefügt, vertauscht, das Ende abgeschnitten?"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--position", type=int, help="Stelle eines früher notierten Kettenendes")
        parser.add_argument("--digest", default="", help="Prüfsumme dieses Kettenendes")
        parser.add_argument(
            "--head",
            action="append",
            default=[],
            metavar="DATEI",
            help="unterschriebenes Kettenende, auch mehrere",
        )
        parser.add_argument(
            "--key",
            default="",
            help="öffentlicher Schlüssel, den das Rathaus haben muss (»rathaus audit key«)",
        )
        parser.add_argument("--since", default="", help="nur prüfen, was ab diesem Tag versiegelt wurde")
        parser.add_argument("--json", action="store_true", help="Ergebnis als JSON ausgeben")

    def handle(self, *args: Any, **options: Any) -> None:
        position = options["position"]
        expected = audit.Head(position, options["digest"]) if position is not None else None
        if options["key"] and options["key"] != audit.public_key():
            raise CommandError(
                "Der öffentliche Schlüssel dieses Rathauses ist ein anderer. Bitte Schlüssel prüfen."
            )
        known, wrong = _heads(options["head"])
        progress = Progress("Protokoll prüfen", silent=options["json"])
        try:
            found = audit.verify(
                expected=expected, known=known, since=_moment(options["since"]), progress=progress
            )
        except keys.WrongKey as error:
            raise CommandError(str(error)) from None
        progress.end()
        report = findings.FileReport.of("Protokoll", [*wrong, *found])
        show = findings.as_json if options["json"] else findings.as_text
        self.stdout.write(show([report]))
        end = audit.head()
        if report.ok and not options["json"]:
            self.stdout.write(f"Kettenende: Stelle {end.position}, Prüfsumme {end.digest}")
        if not report.ok:
            sys.exit(1)


def _heads(names: list[str]) -> tuple[list[audit.SignedHead], list[findings.Finding]]:
    known, wrong = [], []
    for name in names:
        try:
            known.append(audit.read_file(Path(name)))
        except audit.InvalidHead as error:
            wrong.append(findings.Finding(name, "audit.head_invalid", str(error)))
    return known, wrong


def _moment(text: str) -> datetime | None:
    """The moment that ``--since`` names, at the beginning of a day."""
    if not text:
        return None
    try:
        day = parse_date(text)
        moment = datetime(day.year, day.month, day.day) if day else parse_datetime(text)  # noqa: DTZ001 - made aware below
    except ValueError:
        moment = None
    if moment is None:
        raise CommandError("--since: Bitte einen Tag wie 2026-11-24 angeben.", returncode=2)
    return moment if moment.tzinfo else timezone.make_aware(moment)
