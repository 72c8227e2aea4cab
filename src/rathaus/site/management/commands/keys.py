"""``rathaus keys``: draw the two secrets that a production server needs."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand

from rathaus.site.environment import new_secret


class Command(BaseCommand):
    help = "Erzeugt die beiden Schlüssel, die ein Server im Betrieb braucht."
    requires_system_checks: list[str] = []

    def handle(self, *args: Any, **options: Any) -> None:
        for name in ("RATHAUS_SECRET_KEY", "RATHAUS_BLOB_KEY"):
            self.stdout.write(f"{name}={new_secret()}")
