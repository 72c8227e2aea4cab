"""``rathaus run``: web server and worker together; with ``--demo`` the whole town, ready to be looked at."""

from __future__ import annotations

import os
import socket
from typing import Any

from django.conf import settings
from django.core.management import call_command, get_commands
from django.core.management.base import BaseCommand, CommandError, CommandParser

from rathaus.identity.public import Town
from rathaus.site.supervisor import supervise

PORTS_TO_TRY = 50


class Command(BaseCommand):
    help = "Startet Webserver und Hintergrunddienst zusammen (beenden mit Strg+C)."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--demo", action="store_true", help="vorher die Datenbank einrichten und die Musterstadt laden"
        )
        parser.add_argument(
            "--port", type=int, default=settings.WEB_PORT, help="Anschluss; ist er belegt, der nächste freie"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        if options["demo"]:
            self.prepare_demo()
        port = free_port(settings.WEB_ADDRESS, options["port"])
        self.stdout.write(f"\nRathaus läuft: http://{settings.WEB_ADDRESS}:{port}/   (beenden mit Strg+C)\n")
        if options["demo"] and "demo_accounts" in get_commands():
            call_command("demo_accounts", stdout=self.stdout)
        self.stdout.flush()
        # Without an address of its own the town hall writes the one just shown into letters and e-mails.
        os.environ.setdefault("RATHAUS_PUBLIC_URL", f"http://{settings.WEB_ADDRESS}:{port}")
        if not supervise([["serve", "--port", str(port)], ["worker"]]):
            raise CommandError("Ein Dienst ließ sich nicht starten; die Meldungen darüber nennen den Grund.")

    def prepare_demo(self) -> None:
        call_command("migrate", verbosity=0, interactive=False, skip_checks=True)
        if "demo_install" in get_commands() and not Town.objects.exists():
            self.stdout.write("Die Musterstadt wird geladen …")
            self.stdout.flush()
            call_command("demo_install", stdout=self.stdout)


def free_port(address: str, wanted: int) -> int:
    """Return the wanted port or the next free one."""
    for port in range(wanted, wanted + PORTS_TO_TRY):
        with socket.socket(socket.AF_INET6 if ":" in address else socket.AF_INET) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((address, port))
            except OSError:
                continue
            return port
    raise CommandError(f"Zwischen {wanted} und {wanted + PORTS_TO_TRY - 1} ist kein Anschluss frei.")
