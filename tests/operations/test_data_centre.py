"""A data centre in small: one PostgreSQL, one S3, two machines that share no folder, and a worker that dies.

Each page of each application goes to the other web server than the page before.
"""

from __future__ import annotations

import base64
import os
import re
import secrets
import signal
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from itertools import cycle
from pathlib import Path
from typing import Any
from urllib.parse import urlencode, urlsplit

import boto3
import psycopg
import pytest
from moto.server import ThreadedMotoServer

from rathaus.operations.fleet.databases import create_database
from tests.factories.forms import pdf
from tests.faults.browser import Answer, Browser
from tests.faults.town import AT_LENGTH, FaultTown, Service, free_port, running, wait_for

URL = os.environ.get("RATHAUS_DATABASE_URL", "")
COUNT, BEFORE_THE_KILL = (20, 8) if AT_LENGTH else (8, 3)
BUCKET = "rathaus"
BEGIN = "/leistungen/wohnberatung/antrag/"
PAGES: tuple[tuple[str, dict[str, str]], ...] = (
    ("fuer_wen", {"fuer": "selbst"}),
    (
        "kontakt",
        {
            "person.vorname": "Hedwig",
            "person.nachname": "Albrecht",
            "person.anschrift.street": "Platter Straße",
            "person.anschrift.house_number": "8",
            "person.anschrift.postcode": "65232",
            "person.anschrift.city": "Taunusstein",
            "person.telefon": "+49 69 90009010",
        },
    ),
    ("ihre_wohnung", {"stadtteil": "Wehen", "art": "eigentum", "stockwerk": "0"}),
    ("anliegen_seite", {"themen": "bad", "beschreibung": "Ich komme nicht mehr in die Wanne."}),
    ("erreichbarkeit", {"tage": "mo", "tageszeit": "vormittag"}),
    ("datenschutz", {"einwilligung": "true"}),
)
WITH_PREFIX = {"stadtteil": "wohnung.stadtteil", "art": "wohnung.art", "stockwerk": "wohnung.stockwerk"}
pytestmark = [
    pytest.mark.skipif(not URL.startswith("postgres"), reason="a data centre has PostgreSQL"),
    pytest.mark.django_db(databases=[]),
]


@pytest.fixture
def database() -> Iterator[str]:
    parts = urlsplit(URL)
    name = f"zentrum_{secrets.token_hex(4)}"
    address = parts._replace(path=f"/{name}").geturl()
    create_database(address)
    yield address
    options = dict(pair.split("=") for pair in parts.query.split("&") if pair)
    with psycopg.connect(user=parts.username, dbname="postgres", autocommit=True, **options) as connection:  # type: ignore[arg-type]  # psycopg wants literal types
        connection.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')


@pytest.fixture
def storage(monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """The address of an S3 storage with an empty bucket."""
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "test")
    port = free_port()
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=port, verbose=False)
    server.start()
    endpoint = f"http://127.0.0.1:{port}"
    _bucket(endpoint).create_bucket(Bucket=BUCKET)
    yield endpoint
    server.stop()


@pytest.fixture
def machines(tmp_path: Path, database: str, storage: str) -> Iterator[tuple[FaultTown, FaultTown]]:
    """Two folders, the same settings and keys, one database and one storage, and nothing else in common."""
    shared = {
        "RATHAUS_JOBS": "procrastinate",
        "RATHAUS_BLOB_URL": f"s3://{BUCKET}?endpoint={storage}&region=us-east-1",
        "RATHAUS_SECRET_KEY": base64.b64encode(secrets.token_bytes(32)).decode(),
        "RATHAUS_BLOB_KEY": "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=",
        "RATHAUS_WEB_WORKERS": "1",
    }
    folders = (tmp_path / "machine-a", tmp_path / "machine-b")
    for folder in folders:
        folder.mkdir()
    first, second = (FaultTown(folder, database=database, **shared) for folder in folders)
    with running(first), running(second):
        first.prepare()
        yield first, second


def test_two_web_servers_and_three_workers_share_the_work(
    machines: tuple[FaultTown, FaultTown], database: str, storage: str
) -> None:
    first, second = machines
    workers = _start(first, second)
    with ThreadPoolExecutor(2) as crowd:
        early = list(crowd.map(lambda number: _apply(machines, number), range(BEFORE_THE_KILL)))
        killed = wait_for(lambda: next(iter(_workers(database)), None), "a job that is done")
        _pid_of(killed, workers).kill()
        late = list(crowd.map(lambda number: _apply(machines, number), range(BEFORE_THE_KILL, COUNT)))
    wait_for(lambda: _unfinished(database) == 0, "the end of the jobs, without the worker that was killed")

    assert _workers(database).keys() - {killed}, "the others took over"
    for worker in workers:
        worker.assert_alive()
    _end_in_order(first, second)
    _assert_all_once(first, early + late)
    _assert_in_storage_only(storage, machines)


def _start(first: FaultTown, second: FaultTown) -> list[Service]:
    """All five processes; returns the workers, once everything is up."""
    webs = [town.start("serve", "--port", str(town.port)) for town in (first, second)]
    workers = [first.start_worker(), second.start_worker(), second.start_worker()]
    wait_for(lambda: first.answers() and second.answers(), "web servers")
    for service in (*webs, *workers):
        wait_for(service.is_up, "workers")
    return workers


def _apply(machines: tuple[FaultTown, FaultTown], number: int) -> str:
    """Fill in the whole form as a guest, with a file; return the number of the case on the receipt."""
    ports = cycle((machines[number % 2].port, machines[1 - number % 2].port))
    browser = Browser(next(ports))

    def ask(method: str, path: str, body: bytes = b"", kind: str = "") -> Answer:
        browser.port = next(ports)
        return browser.ask(method, path, body, {"Content-Type": kind} if kind else None)

    browser.get("/")
    token = {"csrfmiddlewaretoken": browser.token()}
    form = "application/x-www-form-urlencoded"
    begun = ask("POST", BEGIN, urlencode({**token, "neu": "1"}).encode(), form)
    address = begun.headers["Location"]
    draft = re.match(rf"{BEGIN}[0-9a-f-]+/", address)
    assert draft is not None, begun
    for page, values in PAGES:
        named = {WITH_PREFIX.get(name, name): value for name, value in values.items()}
        if page == "anliegen_seite":
            body, kind = _multipart({**token, **named}, f"bad{number}.pdf", pdf(f"Bad {number}"))
        else:
            body, kind = urlencode({**token, **named}).encode(), form
        answer = ask("POST", f"{draft[0]}{page}/", body, kind)
        assert answer.status == 302, (page, answer.status, answer.body[:3000])
    sent = ask("POST", f"{draft[0]}antrag-senden/", urlencode(token).encode(), form)
    assert sent.status == 302, sent.body[:3000]
    receipt = ask("GET", sent.headers["Location"])
    found = re.search(r'id="geschaeftszeichen">([^<]+)<', receipt.body)
    assert found is not None, receipt.body[:3000]
    return found[1]


def _multipart(fields: dict[str, str], name: str, content: bytes) -> tuple[bytes, str]:
    """The body of a form with a file, and its content type."""
    mark = secrets.token_hex(16)
    parts = [
        f'--{mark}\r\nContent-Disposition: form-data; name="{key}"\r\n\r\n{value}\r\n'.encode()
        for key, value in fields.items()
    ]
    head = f'--{mark}\r\nContent-Disposition: form-data; name="fotos"; filename="{name}"\r\n'
    parts += [
        f"{head}Content-Type: application/pdf\r\n\r\n".encode(), content, f"\r\n--{mark}--\r\n".encode(),
    ]  # fmt: skip
    return b"".join(parts), f"multipart/form-data; boundary={mark}"


def _rows(database: str, query: str) -> list[tuple[Any, ...]]:
    parts = urlsplit(database)
    options = dict(pair.split("=") for pair in parts.query.split("&") if pair)
    with closing(
        psycopg.connect(user=parts.username, dbname=parts.path[1:], autocommit=True, **options)  # type: ignore[arg-type]  # psycopg wants literal types
    ) as connection:
        return connection.execute(query).fetchall()  # type: ignore[arg-type]  # psycopg wants literal types


def _workers(database: str) -> Counter[str]:
    """How many jobs each worker has done."""
    query = "SELECT worker, count(*) FROM kernel_job WHERE state = 'done' AND worker <> '' GROUP BY worker"
    return Counter(dict(_rows(database, query)))


def _unfinished(database: str) -> int:
    query = (
        "SELECT count(*) FROM kernel_job WHERE state = 'running' OR state = 'ready' AND run_after <= now()"
    )
    return int(_rows(database, query)[0][0])


def _pid_of(name: str, workers: list[Service]) -> Service:
    """The process behind the name, which is host:process:random."""
    return next(worker for worker in workers if worker.process.pid == int(name.split(":")[1]))


def _end_in_order(*towns: FaultTown) -> None:
    """SIGTERM to all at once, as a machine that shuts down does; whoever was not killed leaves by itself."""
    living = [service for town in towns for service in town.services if service.process.poll() is None]
    for service in living:
        service.process.send_signal(signal.SIGTERM)
    assert [service.process.wait(90) for service in living] == [0] * 4


def _assert_all_once(town: FaultTown, references: list[str]) -> None:
    stored = town.script("examine", "stored")
    assert len(set(references)) == COUNT
    assert sorted(references) == sorted(one["reference"] for one in stored["applications"])
    assert (stored["cases"], stored["jobs"]["dead"]) == (COUNT, 0), stored["errors"]
    for one in stored["applications"]:
        assert one["letters"] == ["eingang"], one
        assert one["documents"] == {"application": 1, "letter": 1, "attachment": 1}, one
    assert stored["blobs"]["known"] >= COUNT
    assert stored["blobs"]["read"] == stored["blobs"]["known"]
    town.assert_audit_holds()


def _assert_in_storage_only(storage: str, machines: tuple[FaultTown, FaultTown]) -> None:
    assert _bucket(storage).list_objects_v2(Bucket=BUCKET)["KeyCount"] >= COUNT
    assert [
        path for town in machines for path in (town.folder / "blobs").glob("**/*") if path.is_file()
    ] == []


def _bucket(endpoint: str) -> Any:
    return boto3.client("s3", endpoint_url=endpoint, region_name="us-east-1")
