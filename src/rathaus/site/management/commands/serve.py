"""``rathaus serve``: the web server alone."""

from __future__ import annotations

import os
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import connections
from django.urls import get_resolver

from rathaus.kernel.public import schema
from rathaus.operations.public import metrics, readiness
from rathaus.site.server import TownServer

LISTENING_ALREADY = "LISTEN_PID"


class Command(BaseCommand):
    help = "Startet den Webserver."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--address", default=settings.WEB_ADDRESS, help="Adresse, an der er hört")
        parser.add_argument("--port", type=int, default=settings.WEB_PORT, help="Anschluss, an dem er hört")
        parser.add_argument(
            "--migrate", action="store_true", help="vorher die Datenbank auf den Stand des Programms bringen"
        )

        parser.add_argument(
            "--check", action="store_true", help="nur prüfen, ob der Webserver so starten könnte"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        schema.make_ready(migrate=options["migrate"])
        connections.close_all()  # the web processes must not share one
        readiness.begin()
        metrics.begin()
        from rathaus.site.wsgi import application  # noqa: PLC0415 - loads the middleware, which counts from here on

        get_resolver().url_patterns  # noqa: B018 - loads all pages once, before the web processes are made
        if options["check"]:
            metrics.end()
            return
        server = TownServer(options["address"], options["port"], application)
        if os.environ.get(LISTENING_ALREADY) != str(os.getpid()):
            refuse_taken_port(options["address"], options["port"])
        server.run()


def refuse_taken_port(address: str, port: int) -> None:
    """Say so in one sentence, where gunicorn would try again for seconds and then give up."""
    import socket  # noqa: PLC0415 - rarely needed

    if not 0 < port < 65_536:
        raise CommandError(f"Den Anschluss {port} gibt es nicht; möglich sind 1 bis 65535.", returncode=2)
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    with socket.socket(family) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((address, port))
        except OSError as error:
            raise CommandError(
                f"An {address}, Anschluss {port}, kann der Webserver nicht hören: {error.strerror}. "
                "Bitte wählen Sie mit --port oder RATHAUS_PORT einen anderen."
            ) from None
