"""``rathaus worker``: run jobs until told to stop."""

from __future__ import annotations

import signal
from types import FrameType
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import connections

from rathaus.kernel import schema
from rathaus.kernel.jobs import run_pending, tick
from rathaus.kernel.jobs.dispatch import WorkerOptions, dispatcher
from rathaus.kernel.jobs.worker import MAX_SECONDS, Worker
from rathaus.kernel.supervisor import supervise

MAX_WORKERS = 200


class Command(BaseCommand):
    help = (
        "Führt Aufträge im Hintergrund aus (Ereignisse, Briefe, Fristen). Beendet sich geordnet auf SIGTERM."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--workers",
            type=int,
            default=1,
            help="so viele Prozesse, jeder wird neu gestartet, wenn er endet (1)",
        )
        parser.add_argument(
            "--once", action="store_true", help="nur ausführen, was jetzt fällig ist, dann enden"
        )
        parser.add_argument("--poll", type=float, default=0.5, help="Sekunden zwischen zwei Blicken (0.5)")
        parser.add_argument(
            "--max-seconds", type=int, default=MAX_SECONDS, help="längste Dauer eines Auftrags"
        )
        parser.add_argument(
            "--queue", action="append", default=[], help="nur diese Warteschlange; mehrfach möglich"
        )
        parser.add_argument(
            "--concurrency",
            type=int,
            default=4,
            help="Aufträge nebeneinander, wo Procrastinate sie verteilt (4); sonst mehrere Prozesse starten",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        schema.make_ready(migrate=False)
        if options["workers"] != 1 and not options["once"]:
            supervise_workers(options)
            return
        if options["once"]:
            tick()
            count = run_pending()
            self.stdout.write(f"{count} Aufträge ausgeführt.")
            return
        queues = tuple(options["queue"])
        bringer = dispatcher()
        if bringer is not None:
            bringer.work(
                WorkerOptions(
                    poll_seconds=options["poll"],
                    max_seconds=options["max_seconds"],
                    queues=queues,
                    concurrency=max(1, options["concurrency"]),
                )
            )
            return
        worker = Worker(poll_seconds=options["poll"], max_seconds=options["max_seconds"], queues=queues)

        def leave(signum: int, frame: FrameType | None) -> None:
            worker.stop()

        signal.signal(signal.SIGTERM, leave)
        signal.signal(signal.SIGINT, leave)
        worker.run()


def supervise_workers(options: dict[str, Any]) -> None:
    """Keep several worker processes alive, each with the same options; raises CommandError for a silly number."""
    count = options["workers"]
    if not 1 <= count <= MAX_WORKERS:
        raise CommandError(f"--workers muss zwischen 1 und {MAX_WORKERS} liegen.", returncode=2)
    words = ["worker", "--poll", str(options["poll"]), "--max-seconds", str(options["max_seconds"])]
    words += ["--concurrency", str(options["concurrency"])]
    words += [word for name in options["queue"] for word in ("--queue", name)]
    connections.close_all()
    if not supervise([words] * count, grace_seconds=options["max_seconds"]):
        raise CommandError(
            "Mit diesen Einstellungen kann kein Hintergrunddienst laufen; die Meldung nennt den Grund."
        )
