"""A command of one town, in a process that knows this town's settings and nothing of any other."""

from __future__ import annotations

import json
import os
import shlex
import subprocess
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, as_completed
from dataclasses import dataclass
from itertools import islice
from typing import Any

from rathaus.kernel.public import supervisor

from .inventory import FleetTown

INHERITED = ("PATH", "HOME", "LANG", "TZ", "TMPDIR")
LINES_KEPT = 3


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a step went in one town; ``message`` is German, ``data`` what the command printed as JSON."""

    town: str
    ok: bool
    message: str = ""
    seconds: float = 0.0
    data: Mapping[str, Any] | None = None
    output: str = ""


class BrokenKeys(ValueError):
    """The file of a town's keys cannot be used; the text says why."""


def environment_of(town: FleetTown) -> dict[str, str]:
    """Everything that the town's processes are given. Raises BrokenKeys."""
    inherited = {name: os.environ[name] for name in INHERITED if name in os.environ}
    hosts = ",".join(town.hosts)
    own = {
        "RATHAUS_DATA_DIR": str(town.data),
        "RATHAUS_DATABASE_URL": town.database,
        **({"RATHAUS_HOSTS": hosts, "RATHAUS_PUBLIC_URL": f"https://{town.hosts[0]}"} if hosts else {}),
        **({"RATHAUS_PORT": str(town.port)} if town.port else {}),
    }
    return {**inherited, **own, **town.settings, **keys_of(town)}


def keys_of(town: FleetTown) -> dict[str, str]:
    """The secrets of the town: lines ``RATHAUS_…=…`` of a file that only its owner may read."""
    if not town.keys.exists():
        return {}
    if town.keys.stat().st_mode & 0o077:
        raise BrokenKeys(f"Die Schlüsseldatei {town.keys} ist für andere lesbar. Bitte: chmod 600.")
    lines = [line.strip() for line in town.keys.read_text().splitlines()]
    pairs = [line.split("=", 1) for line in lines if line and not line.startswith("#")]
    if any(len(pair) != 2 or not pair[0].startswith("RATHAUS_") for pair in pairs):
        raise BrokenKeys(f"In der Schlüsseldatei {town.keys} stehen andere Zeilen als RATHAUS_…=….")
    return {name.strip(): value.strip() for name, value in pairs}


def run(town: FleetTown, words: Sequence[str], *, timeout: float) -> Outcome:
    """Run ``rathaus WORDS…`` of the town's release. Never raises: what goes wrong is the outcome."""
    program = shlex.split(town.program)
    line = [*program, *words] if program else supervisor.command_line(words)
    began = time.monotonic()
    try:
        answer = subprocess.run(  # noqa: S603 - our own program, by words of ours and of the provider
            line, env=environment_of(town), capture_output=True, text=True, timeout=timeout, check=False,
            stdin=subprocess.DEVNULL, cwd=town.data if town.data.is_dir() else None,
        )  # fmt: skip
    except subprocess.TimeoutExpired:
        return Outcome(
            town.name, False, f"Keine Antwort in {timeout:.0f} Sekunden.", time.monotonic() - began
        )
    except (BrokenKeys, OSError) as error:
        return Outcome(town.name, False, str(error), time.monotonic() - began)
    said = answer.stderr.strip().splitlines()
    message = (
        "" if answer.returncode == 0 else " ".join(said[-LINES_KEPT:]) or f"Rückgabe {answer.returncode}."
    )
    seconds = time.monotonic() - began
    return Outcome(town.name, answer.returncode == 0, message, seconds, _json(answer.stdout), answer.stdout)


def _json(text: str) -> Mapping[str, Any] | None:
    try:
        found = json.loads(text)
    except ValueError:
        return None
    return found if isinstance(found, dict) else None


def each(
    towns: Sequence[FleetTown],
    step: Callable[[FleetTown], Outcome],
    *,
    parallel: int,
    stop_on_failure: bool = False,
) -> Iterator[Outcome]:
    """Take a step in every town, some at a time, outcomes as they come.

    ``stop_on_failure``: after a failure no further town is begun; those under way are finished.
    """
    waiting = iter(towns)
    with ThreadPoolExecutor(max_workers=parallel) as pool:
        running: set[Future[Outcome]] = {pool.submit(step, town) for town in islice(waiting, parallel)}
        is_stopped = False
        while running:
            done = next(as_completed(running))
            running.discard(done)
            outcome = done.result()
            yield outcome
            is_stopped |= stop_on_failure and not outcome.ok
            following = None if is_stopped else next(waiting, None)
            if following is not None:
                running.add(pool.submit(step, following))
