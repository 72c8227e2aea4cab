"""``rathaus blobs gc``: throw away contents that nothing refers to any more."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.template.defaultfilters import filesizeformat

from rathaus.kernel import blobs, clock
from rathaus.kernel.blobs.removal import GRACE, is_backup_running


class Command(BaseCommand):
    help = "Löscht Ablagedateien, auf die nichts mehr verweist (verworfene Entwürfe, gelöschte Vorgänge)."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--dry-run", action="store_true", help="nur zählen, nichts löschen")
        parser.add_argument(
            "--days",
            type=int,
            default=GRACE.days,
            help=f"nur, was so viele Tage nicht abgegeben wurde ({GRACE.days})",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        days, is_dry = options["days"], options["dry_run"]
        if not 1 <= days <= 36_500:
            raise CommandError(
                "--days: Bitte mindestens 1 angeben, damit nichts Frisches gelöscht wird.", returncode=2
            )
        if not is_dry and is_backup_running():
            raise CommandError(
                "Eine Sicherung läuft gerade; so lange wird nichts gelöscht. Bitte später noch einmal."
            )
        count, size = blobs.sweep(before=clock.wall() - timedelta(days=days), dry_run=is_dry)
        verb = "würden gelöscht" if is_dry else "gelöscht"
        self.stdout.write(f"{count} Ablagedateien {verb}, {filesizeformat(size)}.")
