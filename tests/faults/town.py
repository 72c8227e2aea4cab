"""A small town as real processes: web server and workers that can be killed, asked over HTTP, and looked into."""

from __future__ import annotations

import json
import os
import random
import shutil
import signal
import socket
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from typing import Any

import pytest

from tests.faults.browser import Browser, NoAnswer

HOST = socket.gethostname()[:30]
ROOT = Path(__file__).parents[2]
PROGRAM = "from tests.faults.program import entry; entry()"
AT_LENGTH = os.environ.get("RATHAUS_FAULTS", "") in ("all", "long")
at_length = pytest.mark.skipif(not AT_LENGTH, reason="takes time: RATHAUS_FAULTS=all, or make faults")
"""Each fault has its turn in ``make test`` as far as minutes allow: kills and a full disk; the others at length."""
PATIENCE = 180
"""Seconds after which something that should come to pass has failed; generous, for slow machines."""


def wait_for(condition: Callable[[], Any], what: str, seconds: float = PATIENCE) -> Any:
    """Return the first true answer. Fails when it does not come."""
    end = time.monotonic() + seconds
    while True:
        answer = condition()
        if answer:
            return answer
        assert time.monotonic() < end, f"waited in vain: {what}"
        time.sleep(0.1)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Service:
    """One ``rathaus`` command in a process group of its own."""

    def __init__(self, words: Sequence[str], environment: dict[str, str], log: Path, program: str) -> None:
        self.words, self.environment, self.log, self.program = list(words), environment, log, program
        self.starts = 0
        self.start()

    def start(self) -> None:
        self.starts += 1
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-c", self.program, *self.words],
                cwd=ROOT,
                env=self.environment,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )

    def is_up(self) -> bool:
        """Whether it has come as far as its work since its last start."""
        if self.words[0] == "serve":
            return bool(self.children())
        return self.log.read_text(errors="replace").count(f"worker_started name={HOST}") >= self.starts

    def assert_alive(self) -> None:
        """Fails where it ended by itself, which nothing here asks for."""
        code = self.process.poll()
        assert code is None or code < 0, f"{self.words} ended with {code}: {self.log.read_text()[-3000:]}"

    def children(self) -> list[int]:
        """The processes that this one has made, such as gunicorn's."""
        try:
            text = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text()
        except OSError:
            return []
        return [int(word) for word in text.split()]

    def kill_child(self, chance: random.Random) -> None:
        children = self.children()
        if children:
            _kill(chance.choice(children))

    def kill(self) -> None:
        """kill -9, the whole group."""
        if self.process.poll() is None:
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()

    def stop(self) -> None:
        self.process.terminate()
        try:
            self.process.wait(PATIENCE)
        except subprocess.TimeoutExpired:
            self.kill()

    def restart(self) -> None:
        self.kill()
        self.start()


def _kill(pid: int) -> None:
    with suppress(ProcessLookupError):
        os.kill(pid, signal.SIGKILL)


class FaultTown:
    """A town in a folder. ``database`` is a PostgreSQL address, or empty for SQLite in the folder."""

    def __init__(self, folder: Path, *, database: str = "", program: str = PROGRAM, **settings: str) -> None:
        self.folder, self.program = folder, program
        self.port = free_port()
        kept = {
            name: value for name, value in os.environ.items() if not name.startswith(("RATHAUS_", "DJANGO_"))
        }
        self.environment = {
            **kept,
            "PYTHONPATH": os.pathsep.join([str(ROOT), str(ROOT / "src")]),
            "RATHAUS_DATA_DIR": str(folder),
            "RATHAUS_WEB_WORKERS": "2",
            "RATHAUS_MIN_FREE_MB": "0",
            "RATHAUS_STATIC_DIR": str(folder / "static"),
            **({"RATHAUS_DATABASE_URL": database} if database else {}),
            **settings,
        }
        self.services: list[Service] = []
        self.known: dict[str, Any] = {}

    # Setting up and looking in

    def prepare(self) -> None:
        """Create the town: one service, one citizen, one person for each role."""
        self.known = self.script("prepare")

    def copy_of(self, template: FaultTown) -> None:
        """Take over a prepared town on SQLite."""
        shutil.copytree(template.folder, self.folder, dirs_exist_ok=True)
        self.known = template.known

    def script(self, name: str, *words: str) -> Any:
        command = [sys.executable, "-m", f"tests.faults.{name}", *words]
        done = subprocess.run(command, cwd=ROOT, env=self.environment, capture_output=True, text=True)
        assert done.returncode == 0, done.stderr[-4000:]
        return json.loads(done.stdout)

    def rows(self, query: str, *values: object) -> list[tuple[Any, ...]]:
        """Read the database of a town on SQLite, at once and without our program."""
        with closing(sqlite3.connect(self.folder / "rathaus.sqlite3", timeout=20)) as connection:
            return connection.execute(query, values).fetchall()

    def command(self, *words: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-c", PROGRAM, *words]
        return subprocess.run(command, cwd=ROOT, env=self.environment, capture_output=True, text=True)

    # Running

    def start(self, *words: str) -> Service:
        service = Service(words, self.environment, self.folder / f"{words[0]}.log", self.program)
        self.services.append(service)
        return service

    def start_web(self) -> Service:
        web = self.start("serve", "--port", str(self.port))
        wait_for(self.answers, "web server")
        return web

    def start_worker(self) -> Service:
        """One more worker, with a log of its own."""
        number = sum(service.words[0] == "worker" for service in self.services)
        service = Service(
            ["worker", "--poll", "0.1"], self.environment, self.folder / f"worker{number}.log", self.program
        )
        self.services.append(service)
        return service

    def answers(self) -> bool:
        """Whether the web server answers by now."""
        for service in self.services:
            service.assert_alive()
        try:
            return Browser(self.port).get("/healthz").status == 200
        except NoAnswer:
            return False

    def kill_all(self) -> None:
        for service in self.services:
            service.kill()
        self.services.clear()

    def drain(self) -> dict[str, Any]:
        """After all was killed: let the leases run out and the jobs be done; returns what is stored then."""
        self.kill_all()
        for _ in range(20):
            self.script("examine", "expire")
            done = self.command("worker", "--once")
            assert done.returncode == 0, done.stderr
            stored: dict[str, Any] = self.script("examine", "stored")
            if stored["jobs"]["ready"] + stored["jobs"]["running"] == 0:
                return stored
        raise AssertionError(f"jobs do not come to an end: {stored['jobs']} {stored['errors'][:3]}")

    def assert_audit_holds(self) -> None:
        done = self.command("audit", "verify")
        assert done.returncode == 0, done.stdout + done.stderr


@contextmanager
def running(town: FaultTown) -> Iterator[FaultTown]:
    """Ends whatever is still running."""
    try:
        yield town
    finally:
        town.kill_all()
