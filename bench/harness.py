"""What the benches share: a scratch town, measuring, and the line that each figure is printed as.

The town lies in a folder of its own, on an SQLite file with the settings of production. ``RATHAUS_DATABASE_URL``
(an empty PostgreSQL database that may be thrown away) takes its place. Run alone, this file does nothing.
"""

# ruff: noqa: PLC0415 -- Django must be set up, on a fresh folder, before anything of it can be imported

from __future__ import annotations

import json
import logging
import os
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[1]
SHORT = "--short" in sys.argv
PROFILE = "--profile" in sys.argv
POSTGRES = "--postgres" in sys.argv
Work = Callable[[], object]


@contextmanager
def scratch_town(*, cases: int) -> Iterator[None]:
    """A fresh demonstration town with so many cases; nothing of the developer's own database is touched."""
    database = os.environ.get("RATHAUS_DATABASE_URL", "")
    for name in [name for name in os.environ if name.startswith("RATHAUS_")]:
        del os.environ[name]
    with tempfile.TemporaryDirectory(prefix="rathaus-bench-") as folder:
        os.environ["RATHAUS_DATA_DIR"] = folder
        os.environ["DJANGO_SETTINGS_MODULE"] = "rathaus.site.settings"
        if database.startswith("postgres"):
            os.environ["RATHAUS_DATABASE_URL"] = database
        sys.path[:0] = [str(ROOT), str(ROOT / "src")]
        import django
        from django.core.management import call_command

        django.setup()
        logging.disable(logging.WARNING)
        call_command("migrate", verbosity=0, skip_checks=True)
        with Path(os.devnull).open("w", encoding="utf-8") as nowhere:
            call_command("demo_install", cases=cases, stdout=nowhere)
        yield


@contextmanager
def postgresql(options: str) -> Iterator[None]:
    """With ``--postgres``: a server on disk for this run, unless the environment names one; else nothing."""
    if not POSTGRES or os.environ.get("RATHAUS_DATABASE_URL"):
        yield
        return
    sys.path.insert(0, str(ROOT / "scripts"))
    from with_postgres import MISSING, find_programs, server

    programs = find_programs()
    if programs is None:
        sys.exit(MISSING)
    with server(programs, parent=Path("/var/tmp"), options=options) as url:  # noqa: S108 -- a fresh folder below it
        os.environ["RATHAUS_DATABASE_URL"] = url
        try:
            yield
        finally:
            from django.db import connections

            connections.close_all()


@dataclass(frozen=True, slots=True)
class Cost:
    """What one call costs: milliseconds of CPU and by the clock."""

    cpu: float
    wall: float


def cost_of(work: Work, count: int) -> Cost:
    """The cost of a call of ``work``: the cheapest of three rounds, ``count`` calls in all after three to warm up.

    Other programs make a round dearer, never cheaper.
    """
    for _ in range(3):
        work()
    rounds = []
    for _ in range(3):
        cpu, wall = time.process_time(), time.perf_counter()
        for _ in range(max(1, count // 3)):
            work()
        spent = time.process_time() - cpu, time.perf_counter() - wall
        rounds.append(tuple(seconds * 1000 / max(1, count // 3) for seconds in spent))
    return Cost(*min(rounds))


def statements_of(work: Work) -> list[str]:
    """The statements that a call of ``work`` sends to the database."""
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    with CaptureQueriesContext(connection) as queries:
        work()
    return [query["sql"] for query in queries.captured_queries]


def reads_and_writes(statements: list[str]) -> list[str]:
    """Without what only marks the transaction."""
    words = ("SELECT", "INSERT", "UPDATE", "DELETE", "WITH")
    return [statement for statement in statements if statement.lstrip().upper().startswith(words)]


def profile(work: Work, count: int, title: str) -> None:
    """With ``--profile``: where the time goes, on the error output."""
    if not PROFILE:
        return
    import cProfile
    import pstats

    profiler = cProfile.Profile()
    profiler.enable()
    for _ in range(count):
        work()
    profiler.disable()
    sys.stderr.write(f"\n{title}, {count} times\n")
    pstats.Stats(profiler, stream=sys.stderr).sort_stats("cumulative").print_stats(70)
    pstats.Stats(profiler, stream=sys.stderr).sort_stats("tottime").print_stats(25)


def report(
    bench: str,
    figure: str,
    value: float,
    unit: str,
    *,
    goal: float | None = None,
    better: str = "lower",
    floor: float | None = None,
    note: str = "",
) -> None:
    """Print one figure as one JSON object on a line (see the goals in the architecture page)."""
    line = {
        "bench": bench, "figure": figure, "value": round(value, 3), "unit": unit, "goal": goal, "better": better,
        "floor": None if floor is None else round(floor, 3), "peer": None, "note": note,
    }  # fmt: skip
    sys.stdout.write(json.dumps(line, ensure_ascii=False) + "\n")
    sys.stdout.flush()
