"""Starting, finding a port, keeping services alive, ending in order."""

from __future__ import annotations

import os
import signal
import socket
import sqlite3
import subprocess
import sys
import time
import urllib.request
from contextlib import closing
from pathlib import Path

import pytest

from rathaus.kernel.supervisor import Child, pause_after
from rathaus.site.management.commands.compilemessages import compile_catalogue
from rathaus.site.management.commands.run import free_port, put_in_place
from tests.faults.town import free_port as unused_port


def test_a_taken_port_is_passed_over() -> None:
    with socket.socket() as holder:
        holder.bind(("127.0.0.1", 0))
        holder.listen()
        taken = holder.getsockname()[1]
        assert free_port("127.0.0.1", taken) > taken


def test_catalogues_are_compiled_only_when_they_changed(tmp_path: Path) -> None:
    source = tmp_path / "django.po"
    source.write_text('msgid "dog"\nmsgstr "Hund"\n')
    assert [compile_catalogue(source), compile_catalogue(source)] == [True, False]
    assert (tmp_path / "django.mo").read_bytes()[:4] == b"\xde\x12\x04\x95"


def test_a_child_that_died_is_started_again_and_again() -> None:
    child = Child(["maintenance", "gibtsnicht"])
    child._has_been_steady = True  # as after half a minute: then wrong settings are no reason to give up
    pids = set()
    for _ in range(3):
        assert child.process is not None
        pids.add(child.process.pid)
        child.process.wait()
        assert child.revive()
        child._start_after = 0.0
        assert child.revive()
    assert len(pids) == 3
    child.stop()
    child.wait(20)


def test_a_child_that_can_never_run_is_given_up_at_once() -> None:
    child = Child(["gibtsnicht"])
    assert child.process is not None
    assert child.process.wait() == 2
    assert not child.revive()


def test_pauses_grow_to_a_minute() -> None:
    assert [pause_after(deaths) for deaths in range(1, 11)] == [0, 1, 2, 4, 8, 16, 32, 60, 60, 60]


@pytest.fixture
def town(tmp_path: Path) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("RATHAUS_")}
    environment = {**kept, "RATHAUS_DATA_DIR": str(tmp_path), "RATHAUS_WEB_WORKERS": "1"}
    program = [sys.executable, "-c", "from rathaus.site.cli import entry; entry()"]
    subprocess.run([*program, "migrate", "-v", "0"], env=environment, check=True)
    return environment


def test_run_serves_and_ends_in_order_on_sigterm(town: dict[str, str]) -> None:
    port = free_port("127.0.0.1", unused_port())
    program = [
        sys.executable,
        "-c",
        "from rathaus.site.cli import entry; entry()",
        "run",
        "--port",
        str(port),
    ]
    with subprocess.Popen(program, env=town, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert answer_of(f"http://127.0.0.1:{port}/healthz") == b"ok\n"
        finally:
            process.send_signal(signal.SIGTERM)
        output, _ = process.communicate(timeout=60)
    assert process.returncode == 0
    assert f"Rathaus läuft: http://127.0.0.1:{port}/" in output
    with pytest.raises(OSError, match="refused"):
        urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz", timeout=2)


def answer_of(address: str) -> bytes:
    deadline = time.monotonic() + 40
    while True:
        try:
            with urllib.request.urlopen(address, timeout=2) as response:
                return bytes(response.read())
        except OSError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.2)


def test_a_loaded_database_appears_whole_with_what_its_log_holds(tmp_path: Path) -> None:
    loaded, target = tmp_path / "loaded.sqlite3", tmp_path / "var.sqlite3"
    with closing(sqlite3.connect(loaded)) as connection:
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute("CREATE TABLE town (name TEXT)")
        connection.execute("INSERT INTO town VALUES ('Taunusstein')")
        connection.commit()
        assert (tmp_path / "loaded.sqlite3-wal").stat().st_size > 0

        put_in_place(loaded, target)

    with closing(sqlite3.connect(target)) as connection:
        assert connection.execute("SELECT name FROM town").fetchall() == [("Taunusstein",)]
    assert sorted(path.name for path in tmp_path.glob("var*")) == ["var.sqlite3"]
