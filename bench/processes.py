"""How many process instances a minute one core runs, whether their state stays small, how soon what is due is found.

``processes.py [--short]``. An instance is: start, user task, exclusive gateway, action at once, end; that is two
transactions on an SQLite file (on PostgreSQL with ``RATHAUS_DATABASE_URL``, an empty database that may be thrown away).
Floor: the same number of bare statements in as many transactions. Peer: SpiffWorkflow 3.2 in the same run, see
``tests/engines/processes/oracle/peer.py``. Prints one JSON object a line.
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
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tests.engines.processes.oracle.model import Drawn

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT), str(ROOT / "src")]
SHORT = "--short" in sys.argv
COUNT = 300 if SHORT else 3_000
PEER_COUNT = 100 if SHORT else 1_000
PASSES = 100 if SHORT else 1_000
PEER_PASSES = 30 if SHORT else 100
TIMERS = 100_000
PEER_TIMERS = 50 if SHORT else 500


def main() -> None:
    with tempfile.TemporaryDirectory(prefix="rathaus-bench-") as folder:
        _prepare(folder)
        _instances(Path(folder))
        _without_people()
        _loop(Path(folder))
        _timers(Path(folder))


def _prepare(folder: str) -> None:
    """A fresh town on an SQLite file; nothing of the developer's own database is touched."""
    database = os.environ.get("RATHAUS_DATABASE_URL", "")
    for name in [name for name in os.environ if name.startswith("RATHAUS_")]:
        del os.environ[name]
    if database.startswith("postgres"):
        os.environ["RATHAUS_DATABASE_URL"] = database
    os.environ["RATHAUS_DATA_DIR"] = folder
    os.environ["DJANGO_SETTINGS_MODULE"] = "rathaus.site.settings"
    import django
    from django.core.management import call_command

    django.setup()
    call_command("migrate", verbosity=0)


def _report(figure: str, value: float, unit: str, *, goal: float | None = None, better: str = "lower",
            floor: float | None = None, peer: float | None = None, note: str = "") -> None:  # fmt: skip
    from django.db import connection

    line = {
        "bench": "processes", "figure": figure, "value": round(value, 3), "unit": unit, "goal": goal, "better": better,
        "floor": None if floor is None else round(floor, 3), "peer": None if peer is None else round(peer, 3),
        "note": f"{connection.vendor}: {note}",
    }  # fmt: skip
    sys.stdout.write(json.dumps(line, ensure_ascii=False) + "\n")
    sys.stdout.flush()


def _small() -> Drawn:
    from tests.engines.processes.oracle.drawings import task
    from tests.engines.processes.oracle.model import Drawn
    from tests.factories.processes import end, exclusive, flow, path, service, start

    return Drawn("small", (
        start(), task("pruefung"), exclusive("wahl", default="wahl__aus"), service("tun"), end(), end("aus"),
        path("start", "pruefung", "wahl"), flow("wahl", "tun", "pruefung.n = 1"), flow("wahl", "aus"),
        path("tun", "end"),
    ))  # fmt: skip


def _repeating() -> Drawn:
    from tests.engines.processes.oracle.drawings import LOOP
    from tests.engines.processes.oracle.model import Drawn

    return Drawn("loop", LOOP)


def _instances(folder: Path) -> None:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext
    from tests.engines.processes.oracle.peer import Peer

    from rathaus.engines.processes import public as processes

    start, complete = _ours(_small())

    def one() -> None:
        subject = start()
        (task,) = processes.open_tasks_of(subject)
        complete(task, 1)

    one()
    with CaptureQueriesContext(connection) as queries:
        one()
    wall, cpu = _measure(one, COUNT)
    floor, floor_cpu = _measure(_bare(len(queries), transactions=2), COUNT)
    peer = Peer(folder, _small())
    peer_wall, peer_cpu = _measure(lambda: peer.complete(peer.start(), "pruefung", 1), PEER_COUNT)
    note = f"{COUNT} instances, {len(queries)} statements and {cpu / COUNT * 1000:.2f} ms CPU each"
    _report(
        "instances_per_core_minute", COUNT / cpu * 60, "1/min", goal=10_000, better="higher",
        floor=COUNT / floor_cpu * 60, peer=PEER_COUNT / peer_cpu * 60, note=note,
    )  # fmt: skip
    _report(
        "instances_per_minute", COUNT / wall * 60, "1/min", better="higher", floor=COUNT / floor * 60,
        peer=PEER_COUNT / peer_wall * 60,
        note="by the clock, one after the other, each of the two commits on disk before the next begins",
    )  # fmt: skip


def _without_people() -> None:
    """The smallest instance: start, action, end, in one transaction."""
    from tests.engines.processes.oracle.model import Drawn
    from tests.factories.processes import end, path, service, start

    begin, _complete = _ours(Drawn("straight", (start(), service("tun"), end(), path("start", "tun", "end"))))
    begin()
    wall, cpu = _measure(begin, COUNT)
    note = f"start, action at once, end; {COUNT / wall * 60:.0f} a minute by the clock"
    _report(
        "straight_instances_per_core_minute",
        COUNT / cpu * 60,
        "1/min",
        goal=10_000,
        better="higher",
        note=note,
    )


def _ours(drawn: Drawn) -> tuple[Callable[[], uuid.UUID], Callable[[Any, int], object]]:
    """How to start an instance (its subject comes back) and how to complete a task of it."""
    from tests.engines.processes.oracle.ours import FORMS
    from tests.factories.processes import playground

    from rathaus.engines.processes import public as processes
    from rathaus.identity.public import SYSTEM, access_set_for_unit

    processes.subject_data.register(None)  # type: ignore[arg-type]  # no case here: the engine alone
    town = playground()
    for action in town.environment.actions:
        processes.actions._entries[action.name] = action
    version = town.deploy(*drawn.parts, forms=FORMS)
    routing, access_set = town.routing(), access_set_for_unit(town.unit)

    def start() -> uuid.UUID:
        subject = uuid.uuid4()
        processes.start_process(
            actor=SYSTEM,
            version=version,
            subject=subject,
            routing=routing,
            access_set=access_set,
            variables={"x": 0},
        )
        return subject

    def complete(task: Any, n: int) -> object:
        return processes.complete_task(actor=SYSTEM, task_id=task.pk, data={"n": n})

    return start, complete


def _bare(statements: int, *, transactions: int) -> Callable[[], None]:
    """The same number of bare INSERTs in as many transactions."""
    from django.db import connection, transaction

    with connection.cursor() as cursor:
        cursor.execute("CREATE TABLE IF NOT EXISTS bench_floor (a text, b text, c text)")

    def one() -> None:
        for _transaction in range(transactions):
            with transaction.atomic(), connection.cursor() as cursor:
                for _statement in range(statements // transactions):
                    cursor.execute(
                        "INSERT INTO bench_floor (a, b, c) VALUES (%s, %s, %s)",
                        ["x" * 36, "y" * 60, "z" * 200],
                    )

    return one


def _loop(folder: Path) -> None:
    """A process that goes back a thousand times: neither its state nor a pass may grow."""
    from tests.engines.processes.oracle.peer import Peer

    from rathaus.engines.processes import public as processes
    from rathaus.engines.processes.models import ProcessInstance, Token

    start, complete = _ours(_repeating())
    subject = start()

    def again() -> None:
        (task,) = processes.open_tasks_of(subject)
        complete(task, 1)

    def size() -> int:
        row = ProcessInstance.objects.get(subject=subject)
        tokens = Token.objects.filter(instance=row).values_list("data", "variables", "element_id", "via")
        return len(json.dumps(row.variables)) + sum(len(json.dumps(entry, default=str)) for entry in tokens)

    _wall, first = _measure(again, 20)
    before = size()
    _measure(again, PASSES)
    _wall, last = _measure(again, 20)
    peer = Peer(folder, _repeating())
    key = peer.start()
    peer.complete(key, "a", 1)
    peer_before = peer.size(key)
    _wall, peer_first = _measure(lambda: peer.complete(key, "a", 1), 5)
    _measure(lambda: peer.complete(key, "a", 1), PEER_PASSES - 5)
    _wall, peer_last = _measure(lambda: peer.complete(key, "a", 1), 5)
    grown = f"peer: {peer_before} bytes after the first pass, {peer.size(key)} after {PEER_PASSES + 6}"
    _report("loop_state", size(), "byte", goal=before, peer=peer.size(key),
            note=f"{before} bytes before {PASSES} passes; {grown}")  # fmt: skip
    _report("loop_state_growth", size() / before, "ratio", goal=1.0, peer=peer.size(key) / peer_before,
            note=f"state after {PASSES} passes to before; of the peer after {PEER_PASSES}")  # fmt: skip
    _report("loop_pass_slowdown", last / first, "ratio", goal=1.5, peer=peer_last / peer_first,
            note=f"CPU of a pass after {PASSES} to the first; of the peer after {PEER_PASSES}")  # fmt: skip


def _timers(folder: Path) -> None:
    """Looking for what is due among very many that are not; then the same where a batch is."""
    from tests.engines.processes.oracle.model import Drawn
    from tests.engines.processes.oracle.peer import Peer
    from tests.factories.processes import catch, end, path, start, timer

    from rathaus.engines.processes import public as processes
    from rathaus.kernel.public import clock

    drawn = Drawn("wait", (start(), catch("frist", timer("P30D")), end(), path("start", "frist", "end")))
    begin, _complete = _ours(drawn)
    for _ in range(20):
        begin()
    _many_timers(clock.now())
    moment = clock.now()
    wall = min(_measure(lambda: processes.fire_due_timers(moment), 1)[0] for _ in range(20)) * 1000
    peer = Peer(folder, drawn)
    keys = [peer.start() for _ in range(PEER_TIMERS)]
    began = time.perf_counter()
    for key in keys:
        peer.restore(key)
    peer_wall = (time.perf_counter() - began) / PEER_TIMERS * TIMERS * 1000
    _report("timers_polled", wall, "ms", goal=100, peer=peer_wall,
            note=f"{TIMERS} waiting timers, none due, the least of 20 polls; the peer must restore every instance, "
            f"measured on {PEER_TIMERS} and scaled up")  # fmt: skip
    first = _first_of_due(moment + timedelta(days=400))
    _report(
        "due_timers_found",
        first,
        "ms",
        goal=100,
        note=f"{TIMERS} waiting timers, all due: the first 200 of them",
    )


def _many_timers(now: datetime) -> None:
    """Timers of instances that wait, due at moments of the coming year, none now."""
    from rathaus.engines.processes.models import Timer, Token

    tokens = list(Token.objects.filter(element_id="frist").values_list("id", "instance_id"))
    rows = [
        Timer(
            instance_id=tokens[index % len(tokens)][1], token_id=tokens[index % len(tokens)][0], element_id="frist",
            due_at=now + timedelta(days=1, seconds=index * 301 % 31_000_000),
        )
        for index in range(TIMERS)
    ]  # fmt: skip
    Timer.objects.bulk_create(rows, batch_size=5_000)


def _first_of_due(moment: datetime) -> float:
    from rathaus.engines.processes.services.timers import due_batch

    return min(_measure(lambda: due_batch(moment), 1)[0] for _ in range(20)) * 1000


def _measure(work: Callable[[], object], count: int) -> tuple[float, float]:
    """(seconds by the clock, seconds of CPU) of so many calls."""
    wall, cpu = time.perf_counter(), time.process_time()
    for _number in range(count):
        work()
    return time.perf_counter() - wall, time.process_time() - cpu


if __name__ == "__main__":
    main()
