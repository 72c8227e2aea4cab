"""Real processes: a server that begins anew in place, ends in order, shares what it should; workers kept alive."""

from __future__ import annotations

import os
import signal
import socket
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.faults.town import free_port
from tests.operations.servers import ask, environment_of, is_up, rathaus, start, wait_for

TOKEN = "geheim-fuer-prometheus"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("serving")
    (made / "credentials").mkdir()
    return made


@pytest.fixture(scope="module")
def environment(folder: Path) -> dict[str, str]:
    return environment_of(
        folder,
        RATHAUS_WEB_WORKERS="2",
        RATHAUS_METRICS_TOKEN=TOKEN,
        RATHAUS_LOG_FORMAT="json",
        RATHAUS_LOG_LEVEL="INFO",
        CREDENTIALS_DIRECTORY=str(folder / "credentials"),
    )


@pytest.fixture(scope="module")
def address(folder: Path, environment: dict[str, str]) -> Iterator[str]:
    """One server for all of these tests; it brings its database up to date by itself."""
    port = free_port()
    server = start(["serve", "--port", str(port), "--migrate"], environment, folder / "server.log")
    (folder / "pid").write_text(str(server.pid))
    found = f"http://127.0.0.1:{port}"
    try:
        wait_for(lambda: is_up(f"{found}/readyz"))
        yield found
    finally:
        server.send_signal(signal.SIGTERM)
        assert server.wait(90) == 0


def children(pid: int) -> set[int]:
    text = Path(f"/proc/{pid}/task/{pid}/children").read_text()
    return {int(word) for word in text.split()}


def test_a_server_refuses_an_old_schema_and_says_what_to_do(tmp_path: Path) -> None:
    environment = environment_of(tmp_path)
    for words in (["serve", "--port", str(free_port())], ["worker", "--once"]):
        answer = rathaus(words, environment, check=False)
        assert answer.returncode == 1
        assert answer.stderr.startswith("Die Datenbank ist nicht auf dem Stand dieses Programms")
        assert "rathaus migrate" in answer.stderr
    away = {**environment, "RATHAUS_DATABASE_URL": "postgres://x@127.0.0.1:1/x?connect_timeout=2"}
    answer = rathaus(["worker", "--once"], away, check=False)
    assert (answer.returncode, answer.stderr.split(":")[0]) == (1, "Die Datenbank ist nicht erreichbar")


def test_a_taken_port_is_one_sentence(environment: dict[str, str], address: str) -> None:
    answer = rathaus(["serve", "--port", address.rsplit(":", 1)[1]], environment, check=False)
    assert answer.returncode == 1
    assert "kann der Webserver nicht hören" in answer.stderr


def test_two_processes_count_together_and_only_for_monitoring(address: str) -> None:
    for _ in range(20):
        assert ask(f"{address}/healthz")[0] == 200
    assert ask(f"{address}/metrics")[0] == 404
    status, text, _ = ask(f"{address}/metrics", Authorization=f"Bearer {TOKEN}")
    assert status == 200
    (line,) = [
        row for row in text.splitlines() if row.startswith("rathaus_requests_total") and "healthz" in row
    ]
    assert 'route="ui:healthz"' in line
    assert float(line.rsplit(" ", 1)[1]) >= 20


def test_maintenance_reaches_every_process_and_outlasts_a_new_beginning(
    folder: Path, environment: dict[str, str], address: str
) -> None:
    """While the server exchanges itself, whoever asks waits, and everybody is answered by the same address."""

    def all_answer(expected: int) -> bool:
        return {ask(f"{address}/api/v1/services")[0] for _ in range(12)} == {expected}

    wait_for(lambda: all_answer(200))
    rathaus(["maintenance", "on", "--text", "Neue Fassung"], environment)
    wait_for(lambda: all_answer(503))
    assert ask(f"{address}/readyz")[0] == 200
    wait_for(lambda: "Neue Fassung" in ask(f"{address}/")[1])
    assert _answers_while_beginning_anew(folder, address) == {200}
    wait_for(lambda: all_answer(503))
    rathaus(["maintenance", "off"], environment)
    wait_for(lambda: all_answer(200))


def _answers_while_beginning_anew(folder: Path, address: str) -> set[int]:
    """SIGHUP while somebody keeps asking; returns the statuses of all answers."""
    master = int((folder / "pid").read_text())
    before = children(master)
    answers: list[int] = []
    stopping = threading.Event()

    def keep_asking() -> None:
        while not stopping.is_set():
            answers.append(ask(f"{address}/healthz")[0])

    asking = threading.Thread(target=keep_asking)
    asking.start()
    try:
        os.kill(master, signal.SIGHUP)
        wait_for(lambda: bool(children(master)) and not children(master) & before)
        count = len(answers)
        wait_for(lambda: len(answers) > count + 5)
    finally:
        stopping.set()
        asking.join(60)
    return set(answers)


def test_several_workers_are_kept_alive_and_end_together(
    folder: Path, environment: dict[str, str], address: str
) -> None:
    """Killed ones come back; SIGHUP exchanges all; SIGTERM ends all."""
    supervisor = start(["worker", "--workers", "2", "--poll", "0.2"], environment, folder / "worker.log")
    try:
        wait_for(lambda: len(children(supervisor.pid)) == 2)
        wait_for(lambda: (folder / "worker.log").read_text().count("worker_started") == 2)
        first = children(supervisor.pid)
        os.kill(min(first), signal.SIGKILL)
        wait_for(lambda: len(children(supervisor.pid)) == 2 and min(first) not in children(supervisor.pid))
        second = children(supervisor.pid)
        wait_for(lambda: (folder / "worker.log").read_text().count("worker_started") >= 3)
        supervisor.send_signal(signal.SIGHUP)
        wait_for(lambda: len(children(supervisor.pid)) == 2 and not children(supervisor.pid) & second)
    finally:
        supervisor.send_signal(signal.SIGTERM)
        assert supervisor.wait(90) == 0
    assert "service_died" in (folder / "worker.log").read_text()


def test_a_program_that_could_not_start_does_not_replace_one_that_runs(folder: Path, address: str) -> None:
    """Settings that cannot be, found at SIGHUP: the old program goes on answering."""
    master = int((folder / "pid").read_text())
    before = children(master)
    wrong = folder / "credentials/RATHAUS_STATE"
    wrong.write_text("Atlantis")
    try:
        os.kill(master, signal.SIGHUP)
        wait_for(lambda: "reload_refused" in (folder / "server.log").read_text())
    finally:
        wrong.unlink()
    assert children(master) == before
    assert is_up(f"{address}/healthz")


def test_what_is_being_answered_is_finished_at_the_end(
    folder: Path, environment: dict[str, str], address: str
) -> None:
    """SIGTERM in the middle of a request: its body arrives afterwards, the answer comes all the same."""
    port = free_port()
    server = start(["serve", "--port", str(port)], environment, folder / "second.log")
    try:
        wait_for(lambda: is_up(f"http://127.0.0.1:{port}/healthz"))
        with socket.create_connection(("127.0.0.1", port), timeout=60) as wire:
            body = b"language=en"
            head = (
                f"POST /sprache/ HTTP/1.1\r\nHost: localhost\r\nContent-Length: {len(body)}\r\n"
                "Content-Type: application/x-www-form-urlencoded\r\nConnection: close\r\n\r\n"
            )
            wire.sendall(head.encode() + body[:4])
            wait_for(lambda: is_up(f"http://127.0.0.1:{port}/healthz"))  # other threads answer; ours waits
            server.send_signal(signal.SIGTERM)
            wait_for(lambda: not is_up(f"http://127.0.0.1:{port}/healthz"))  # nobody is let in any more
            assert server.poll() is None
            wire.sendall(body[4:])
            answer = b""
            while part := wire.recv(65_536):
                answer += part
        assert answer.split(b" ", 2)[1] in (b"302", b"403")  # an answer of ours, whatever the form is worth
    finally:
        server.send_signal(signal.SIGTERM)
        assert server.wait(90) == 0
