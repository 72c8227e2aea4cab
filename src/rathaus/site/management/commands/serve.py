"""``rathaus serve``: the web server alone."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandParser

from rathaus.site.server import TownServer
from rathaus.site.wsgi import application


class Command(BaseCommand):
    help = "Startet den Webserver."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--address", default=settings.WEB_ADDRESS, help="Adresse, an der er hört")
        parser.add_argument("--port", type=int, default=settings.WEB_PORT, help="Anschluss, an dem er hört")

    def handle(self, *args: Any, **options: Any) -> None:
        TownServer(options["address"], options["port"], application).run()
