"""``rathaus run``: web server and worker together; with ``--demo`` the whole town, ready to be looked at."""

from __future__ import annotations

import os
import shutil
import socket
import sqlite3
import subprocess
import tempfile
from contextlib import closing
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError, CommandParser

from rathaus.identity.public import Town
from rathaus.kernel.public import supervisor

PORTS_TO_TRY = 50
MEMORY = "/dev/shm"  # noqa: S108 - where loading need not wait for the disk; the folder in it has a name of its own


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
        if options["demo"]:
            call_command("demo_accounts", stdout=self.stdout)
        self.stdout.flush()
        # Without an address of its own the town hall writes the one just shown into letters and e-mails.
        os.environ.setdefault("RATHAUS_PUBLIC_URL", f"http://{settings.WEB_ADDRESS}:{port}")
        if not supervisor.supervise([["serve", "--port", str(port)], ["worker"]]):
            raise CommandError(
                "Ein Dienst kann mit diesen Einstellungen nicht laufen; die Meldung darüber nennt den Grund."
            )

    def prepare_demo(self) -> None:
        """Load the demonstration into a database beside the real place and put it there whole: an interrupted loading
        begins anew. On PostgreSQL it is loaded in place."""
        database = settings.DATABASES["default"]
        is_file = database["ENGINE"].endswith("sqlite3")
        if is_file and not Path(database["NAME"]).exists():
            self._load_beside(Path(database["NAME"]))
        call_command("migrate", verbosity=0, interactive=False, skip_checks=True)
        if not is_file and not Town.objects.exists():
            self._say("Die Musterstadt wird geladen …")
            call_command("demo_install", stdout=self.stdout)

    def _load_beside(self, target: Path) -> None:
        self._say("Die Musterstadt wird geladen …")
        with tempfile.TemporaryDirectory(dir=MEMORY if os.access(MEMORY, os.W_OK) else None) as folder:
            loading = Path(folder) / target.name
            environment = {**os.environ, "RATHAUS_DATABASE_URL": f"sqlite://{loading}"}
            for words in (["migrate", "-v", "0", "--no-input"], ["demo_install"]):
                if subprocess.run(supervisor.command_line(words), env=environment, check=False).returncode:  # noqa: S603 - our own words
                    raise CommandError(
                        "Die Musterstadt ließ sich nicht laden; die Meldung darüber nennt den Grund."
                    )
            put_in_place(loading, target)

    def _say(self, text: str) -> None:
        self.stdout.write(text)
        self.stdout.flush()


def put_in_place(loaded: Path, target: Path) -> None:
    """Copy a finished SQLite database to ``target``, which appears whole or not at all."""
    with closing(sqlite3.connect(loaded)) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")  # what stands in the log only would stay behind
    copy = target.with_suffix(".copy")
    shutil.copyfile(loaded, copy)
    copy.replace(target)


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
