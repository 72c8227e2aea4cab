"""``rathaus maintenance on|off|status``: work on the town hall while citizens go on filling in."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.timezone import get_default_timezone, localtime

from rathaus.identity.public import SYSTEM
from rathaus.kernel.public import clock
from rathaus.operations import maintenance

FORMATS = ("%H:%M", "%d.%m.%Y %H:%M", "%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M")


class Command(BaseCommand):
    help = "Schaltet den Wartungsbetrieb ein oder aus: Entwürfe bleiben möglich, Absenden ruht."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("state", choices=("on", "off", "status"), help="ein, aus oder nur zeigen")
        parser.add_argument("--text", default="", help="was die Menschen lesen")
        parser.add_argument(
            "--until",
            default="",
            help="voraussichtliches Ende: 18:30 oder »4.12.2026 18:30«; nur eine Ansage",
        )
        parser.add_argument(
            "--close-desk", action="store_true", help="das Amt ganz schließen, sonst darf es lesen"
        )
        parser.add_argument("--json", action="store_true", help="Zustand als JSON ausgeben")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["state"] == "on":
            self._begin(options)
        elif options["state"] == "off":
            maintenance.end(actor=SYSTEM)
        state = maintenance.stored_state()
        if options["json"]:
            data = {
                "on": state.is_on, "desk": "closed" if state.is_desk_closed else "reading" if state.is_on else "open",
                "text": state.text, "until": _iso(state.until), "since": _iso(state.since),
            }  # fmt: skip
            self.stdout.write(json.dumps(data, ensure_ascii=False))
        elif not state.is_on:
            self.stdout.write("Wartungsbetrieb: aus")
        else:
            desk = "Amt geschlossen" if state.is_desk_closed else "Amt liest nur"
            until = f", voraussichtlich bis {localtime(state.until):%d.%m.%Y %H:%M}" if state.until else ""
            self.stdout.write(
                f"Wartungsbetrieb: ein ({desk}{until}). Alle Seiten wissen es in spätestens 2 Sekunden."
            )

    def _begin(self, options: dict[str, Any]) -> None:
        try:
            maintenance.begin(
                actor=SYSTEM,
                text=options["text"],
                until=moment_of(options["until"]) if options["until"] else None,
                is_desk_closed=options["close_desk"],
            )
        except ValidationError as refusal:
            raise CommandError(" ".join(refusal.messages)) from None


def moment_of(text: str) -> datetime:
    """The local moment that somebody means; a time alone is today's. Raises CommandError."""
    for form in FORMATS:
        try:
            found = datetime.strptime(text.strip(), form)  # noqa: DTZ007 - made aware below
        except ValueError:
            continue
        if form == "%H:%M":
            found = datetime.combine(clock.today(), found.time())
        return found.replace(tzinfo=get_default_timezone())
    raise CommandError(
        f"»{text}« ist kein Zeitpunkt. Bitte schreiben Sie 18:30 oder »4.12.2026 18:30«.", returncode=2
    )


def _iso(moment: datetime | None) -> str | None:
    return localtime(moment).isoformat(timespec="seconds") if moment else None
