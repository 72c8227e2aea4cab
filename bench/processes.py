"""How many process instances a minute one core runs, and whether their state stays small: ``processes.py [--short]``.

An instance is: start, user task, exclusive gateway, action at once, end; that is two transactions on an SQLite file.
The floor is the same number of bare statements in as many transactions. Prints one JSON object a line.
"""

# ruff: noqa: PLC0415 -- Django must be set up, on a fresh folder, before its models can be imported

from __future__ import annotations

import json
import os
import sys
import tempfile
import time
import uuid
from collections.abc import Callable
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT), str(ROOT / "src")]
SHORT = "--short" in sys.argv
COUNT = 300 if SHORT else 3_000
PASSES = 50 if SHORT else 500


def main() -> None:
    with tempfile.TemporaryDirectory(prefix="rathaus-bench-") as folder:
        _prepare(folder)
        _instances()
        _loop()


def _prepare(folder: str) -> None:
    """A fresh town on an SQLite file; nothing of the developer's own database is touched."""
    for name in [name for name in os.environ if name.startswith("RATHAUS_")]:
        del os.environ[name]
    os.environ["RATHAUS_DATA_DIR"] = folder
    os.environ["DJANGO_SETTINGS_MODULE"] = "rathaus.site.settings"
    import django
    from django.core.management import call_command

    django.setup()
    call_command("migrate", verbosity=0)


def _report(
    figure: str, value: float, unit: str, goal: float | None, better: str, floor: float | None, note: str
) -> None:
    line = {
        "bench": "processes", "figure": figure, "value": round(value, 3), "unit": unit, "goal": goal, "better": better,
        "floor": None if floor is None else round(floor, 3), "peer": None, "note": note,
    }  # fmt: skip
    sys.stdout.write(json.dumps(line, ensure_ascii=False) + "\n")


def _instances() -> None:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext
    from tests.factories.processes import end, exclusive, flow, path, service, start, user

    from rathaus.engines.processes import public as processes
    from rathaus.identity.public import SYSTEM

    town = _town()
    version = town.deploy(
        start(), user("pruefung", "ja", "nein"), exclusive("wahl", default="wahl__aus"), service("tun"), end(),
        end("aus"),
        path("start", "pruefung", "wahl"), flow("wahl", "tun", 'pruefung.ergebnis = "ja"'), flow("wahl", "aus"),
        path("tun", "end"),
    )  # fmt: skip

    def one() -> None:
        town.subject = uuid.uuid4()
        town.start(version)
        (task,) = processes.open_tasks_of(town.subject)
        processes.complete_task(actor=SYSTEM, task_id=task.pk, outcome="ja")

    one()
    with CaptureQueriesContext(connection) as queries:
        one()
    wall, cpu = _measure(one, COUNT)
    floor, floor_cpu = _measure(_bare(len(queries)), COUNT)
    note = f"{COUNT} instances, {len(queries)} statements and {cpu / COUNT * 1000:.2f} ms CPU each"
    _report(
        "instances_per_core_minute", COUNT / cpu * 60, "1/min", 10_000, "higher", COUNT / floor_cpu * 60, note
    )
    note = "by the clock, one after the other, each of the two commits on disk before the next begins"
    _report("instances_per_minute", COUNT / wall * 60, "1/min", None, "higher", COUNT / floor * 60, note)


def _bare(statements: int) -> Callable[[], None]:
    """The same number of bare INSERTs in two transactions."""
    from django.db import connection, transaction

    with connection.cursor() as cursor:
        cursor.execute(
            "CREATE TABLE IF NOT EXISTS bench_floor (id integer PRIMARY KEY, a text, b text, c text)"
        )

    def one() -> None:
        for _transaction in range(2):
            with transaction.atomic(), connection.cursor() as cursor:
                for _statement in range(statements // 2):
                    cursor.execute(
                        "INSERT INTO bench_floor (a, b, c) VALUES (%s, %s, %s)",
                        ["x" * 36, "y" * 60, "z" * 200],
                    )

    return one


def _loop() -> None:
    """A process that goes back a few hundred times: neither its state nor a pass may grow."""
    from tests.factories.processes import end, exclusive, flow, path, start, user

    from rathaus.engines.processes import public as processes
    from rathaus.engines.processes.models import ProcessInstance, Token
    from rathaus.identity.public import SYSTEM

    town = _town()
    instance = town.run(
        start(), exclusive("kopf"), user("a", "weiter", "nochmal"), exclusive("weg", default="weg__end"), end(),
        path("start", "kopf", "a", "weg"), flow("weg", "kopf", 'a.ergebnis = "nochmal"'), flow("weg", "end"),
    )  # fmt: skip

    def again() -> None:
        (task,) = processes.open_tasks_of(town.subject)
        processes.complete_task(actor=SYSTEM, task_id=task.pk, outcome="nochmal")

    def size() -> int:
        row = ProcessInstance.objects.get(pk=instance.pk)
        tokens = Token.objects.filter(instance=row).values_list("data", "variables")
        return len(json.dumps(row.variables)) + sum(len(json.dumps(entry, default=str)) for entry in tokens)

    first, _cpu = _measure(again, 20)
    before = size()
    _measure(again, PASSES)
    last, _cpu = _measure(again, 20)
    _report(
        "loop_state_growth",
        size() / before,
        "ratio",
        1.0,
        "lower",
        None,
        f"state after {PASSES} passes to before",
    )
    _report(
        "loop_pass_slowdown",
        last / first,
        "ratio",
        1.5,
        "lower",
        None,
        f"time of a pass after {PASSES} to the first",
    )


def _town():  # type: ignore[no-untyped-def]  # the factory may only be imported once Django is set up
    from tests.factories.processes import playground

    from rathaus.engines.processes import public as processes

    processes.subject_data.register(None)  # type: ignore[arg-type]  # no case here: the engine alone
    town = playground()
    for action in town.environment.actions:
        processes.actions._entries[action.name] = action
    return town


def _measure(work: Callable[[], None], count: int) -> tuple[float, float]:
    wall, cpu = time.perf_counter(), time.process_time()
    for _number in range(count):
        work()
    return time.perf_counter() - wall, time.process_time() - cpu


if __name__ == "__main__":
    main()
