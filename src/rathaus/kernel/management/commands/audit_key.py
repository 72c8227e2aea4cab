"""``rathaus audit key``: the public key with which anybody can check our signatures of the audit log's end."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand

from rathaus.kernel import audit


class Command(BaseCommand):
    help = "Zeigt den öffentlichen Schlüssel, mit dem sich unterschriebene Kettenenden prüfen lassen."

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write(audit.public_key())
