"""Many towns: three on SQLite, two on PostgreSQL; provisioned, migrated in waves, asked, each by its own processes."""

from __future__ import annotations

import json
import os
import sqlite3
import sys
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from urllib.parse import urlsplit

import psycopg
import pytest
import yaml

from rathaus.operations.fleet import process
from rathaus.operations.fleet.inventory import FleetTown, InventoryRefused, read
from rathaus.operations.fleet.process import BrokenKeys, Outcome, each, environment_of
from rathaus.operations.fleet.steps import make_keys, write_environment
from rathaus.site import cli

TOWNS = ("adorf", "bstadt", "cheim", "dburg", "eberg")


def write(folder: Path, towns: Sequence[dict[str, object]], **more: object) -> Path:
    file = folder / "fleet.yaml"
    file.write_text(yaml.safe_dump({"fleet": 1, **more, "towns": list(towns)}))
    return file


def rules_of(folder: Path, towns: Sequence[dict[str, object]], **more: object) -> list[tuple[str, str]]:
    with pytest.raises(InventoryRefused) as refusal:
        read(write(folder, towns, **more))
    return [(finding.place, finding.rule) for finding in refusal.value.report.findings]


def town(folder: Path, **more: object) -> FleetTown:
    made = FleetTown(
        name="adorf", data=folder, keys=folder / "keys.env", database=f"sqlite://{folder}/a.sqlite3"
    )
    return replace(made, **more)  # type: ignore[arg-type]  # any of its fields


def test_an_inventory_is_read_with_paths_beside_it(tmp_path: Path) -> None:
    file = write(
        tmp_path,
        [{"name": "adorf", "data": "a", "hosts": ["a.example"], "settings": {"RATHAUS_TLS": False}}],
        settings={"RATHAUS_STATE": "BY"},
    )
    (found,) = read(file)
    assert (found.data, found.keys) == (tmp_path / "a", tmp_path / "a/keys.env")
    assert found.database == f"sqlite://{tmp_path}/a/rathaus.sqlite3"
    assert found.settings == {"RATHAUS_STATE": "BY", "RATHAUS_TLS": "0"}


@pytest.mark.parametrize("shared", ["data", "database", "keys", "port"])
def test_two_towns_share_nothing(tmp_path: Path, shared: str) -> None:
    value = 8001 if shared == "port" else "sqlite:///x" if shared == "database" else "gleich"
    one, other = ({"name": name, "data": name, shared: value} for name in ("adorf", "bstadt"))
    assert (f"towns[1].{shared}", "fleet.shared") in rules_of(tmp_path, [one, other])


def test_names_and_hosts_are_given_once(tmp_path: Path) -> None:
    same = [{"name": "adorf", "data": "a"}, {"name": "adorf", "data": "b"}]
    assert rules_of(tmp_path, same) == [("towns[1].name", "fleet.shared")]
    hosts = [{"name": name, "data": name, "hosts": ["Rathaus.example"]} for name in ("adorf", "bstadt")]
    assert rules_of(tmp_path, hosts) == [("towns[1].hosts", "fleet.shared")]


@pytest.mark.parametrize(
    ("entry", "expected"),
    [
        ({"data": "a"}, ("towns[0].name", "fleet.name")),
        ({"name": "../etc", "data": "a"}, ("towns[0].name", "fleet.name")),
        ({"name": "a"}, ("towns[0].data", "fleet.data")),
        ({"name": "a", "data": "a", "farbe": "rot"}, ("towns[0].farbe", "fleet.unknown_key")),
        ({"name": "a", "data": "a", "wave": "eins"}, ("towns[0].wave", "fleet.type")),
        ({"name": "a", "data": "a", "hosts": "a.example"}, ("towns[0].hosts", "fleet.type")),
        (
            {"name": "a", "data": "a", "settings": {"PATH": "/tmp"}},
            ("towns[0].settings.PATH", "fleet.setting"),
        ),
        (
            {"name": "a", "data": "a", "settings": {"RATHAUS_BLOB_KEY": "x"}},
            ("towns[0].settings.RATHAUS_BLOB_KEY", "fleet.setting"),
        ),
        ("adorf", ("towns[0]", "fleet.type")),
    ],
)
def test_what_cannot_be_is_named(tmp_path: Path, entry: dict[str, object], expected: tuple[str, str]) -> None:
    assert rules_of(tmp_path, [entry]) == [expected]


@pytest.mark.parametrize(
    "content", [b"", b"[]", b"fleet: 2", b"\xff\xfe", b"fleet: 1\ntowns: []", b"a: &a [*a]", b"{"]
)
def test_whatever_the_bytes_are_there_is_a_finding(
    tmp_path: Path, content: bytes, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "fleet.yaml"
    file.write_bytes(content)
    assert cli.main(["fleet", "check", "--json", str(file), str(tmp_path / "fehlt.yaml")]) == 1
    reports = json.loads(capsys.readouterr().out)["files"]
    assert [(report["ok"], bool(report["findings"])) for report in reports] == [(False, True), (False, True)]


def test_a_town_knows_nothing_of_the_others_nor_of_who_calls(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("RATHAUS_SECRET_KEY", "des Betreibers")
    monkeypatch.setenv("RATHAUS_EMAIL_URL", "smtp://anderswo")
    make_keys(tmp_path / "keys.env")
    found = environment_of(town(tmp_path, hosts=("a.example", "b.example"), port=8001))
    ours = {name: value for name, value in found.items() if name.startswith("RATHAUS_")}
    assert set(ours) == {
        "RATHAUS_DATA_DIR", "RATHAUS_DATABASE_URL", "RATHAUS_HOSTS", "RATHAUS_PUBLIC_URL", "RATHAUS_PORT",
        "RATHAUS_SECRET_KEY", "RATHAUS_BLOB_KEY",
    }  # fmt: skip
    assert ours["RATHAUS_PUBLIC_URL"] == "https://a.example"
    assert ours["RATHAUS_SECRET_KEY"] != "des Betreibers"


def test_keys_are_drawn_once_and_refused_where_others_may_read_them(tmp_path: Path) -> None:
    file = tmp_path / "keys.env"
    make_keys(file)
    first = file.read_text()
    make_keys(file)
    assert (file.read_text(), file.stat().st_mode & 0o777) == (first, 0o600)
    file.chmod(0o644)
    with pytest.raises(BrokenKeys, match="für andere lesbar"):
        environment_of(town(tmp_path))


def test_the_environment_of_a_unit_is_its_owners_secret(tmp_path: Path) -> None:
    write_environment(town(tmp_path, settings={"RATHAUS_EMAIL_FROM": 'Amt "A" \\ B'}), tmp_path / "env")
    file = tmp_path / "env/adorf.env"
    assert file.stat().st_mode & 0o777 == 0o600
    assert 'RATHAUS_EMAIL_FROM="Amt \\"A\\" \\\\ B"' in file.read_text().splitlines()


def test_a_program_that_does_not_answer_or_exist_is_an_outcome(tmp_path: Path) -> None:
    slow = town(tmp_path, program=f"{sys.executable} -c 'import time; time.sleep(60)'")
    assert process.run(slow, ["status"], timeout=0.3).message == "Keine Antwort in 0 Sekunden."
    assert not process.run(town(tmp_path, program="/gibt/es/nicht"), ["status"], timeout=5).ok


def test_after_a_failure_no_further_town_is_begun(tmp_path: Path) -> None:
    towns = [town(tmp_path, name=name) for name in TOWNS]
    begun = []

    def step(one: FleetTown) -> Outcome:
        begun.append(one.name)
        return Outcome(one.name, one.name != "bstadt")

    outcomes = list(each(towns, step, parallel=1, stop_on_failure=True))
    assert [(outcome.town, outcome.ok) for outcome in outcomes] == [("adorf", True), ("bstadt", False)]
    assert begun == ["adorf", "bstadt"]
    assert [outcome.town for outcome in each(towns, step, parallel=2)].__len__() == 5


@pytest.fixture
def databases() -> Iterator[list[str]]:
    """Addresses of two databases that are not there yet, where this run has a PostgreSQL."""
    url = os.environ.get("RATHAUS_DATABASE_URL", "")
    if not url.startswith("postgres"):
        yield []
        return
    parts = urlsplit(url)
    names = [f"flotte_{os.getpid()}_{number}" for number in (1, 2)]
    yield [parts._replace(path=f"/{name}").geturl() for name in names]
    options = dict(pair.split("=") for pair in parts.query.split("&") if pair)
    with psycopg.connect(user=parts.username, dbname="postgres", autocommit=True, **options) as connection:  # type: ignore[arg-type]  # psycopg wants literal types
        for name in names:
            connection.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')


@pytest.mark.django_db(databases=[])
def test_a_fleet_from_nothing_to_running(
    tmp_path: Path, databases: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    """Provisioned, and again; then, on SQLite, all that befalls towns."""
    names = TOWNS[:3] if not databases else TOWNS[:2]
    entries: list[dict[str, object]] = [
        {"name": name, "data": f"towns/{name}", "wave": 1 + number // 2, "canary": number == 0}
        for number, name in enumerate(names)
    ]
    for entry, address in zip(entries, databases, strict=False):
        entry["database"] = address
    entries[0]["administrator"] = "verwaltung@adorf.example"
    file = str(write(tmp_path, entries))

    first = fleet(["provision", "--inventory", file, "--parallel", "2"], capsys)
    assert [(one["town"], one["ok"], one["message"]) for one in first["towns"]] == [
        (name, True, "") for name in names
    ]
    assert "/zugang/" in first["towns"][0]["data"]["password_link"]
    keys = {(tmp_path / f"towns/{name}/keys.env").read_text() for name in names}
    assert len(keys) == len(names)
    if databases:
        found = fleet(["status", "--inventory", file], capsys)["towns"]
        assert [(one["data"]["database"], one["data"]["schema"]["pending"]) for one in found] == [
            ("postgresql", [])
        ] * 2
        lose_the_server(tmp_path, entries, capsys)
        return
    again = fleet(["provision", "--inventory", file, names[0]], capsys)
    assert (again["towns"][0]["ok"], again["towns"][0]["data"]) == (True, {"password_link": None})
    befall(tmp_path / "towns", file, capsys)


def lose_the_server(
    folder: Path, entries: list[dict[str, object]], capsys: pytest.CaptureFixture[str]
) -> None:
    """The database of one town is gone: the other is asked and backed up all the same."""
    entries[1]["database"] = f"{entries[1]['database']}".replace("flotte_", "weg_")
    file = str(write(folder, entries))
    asked = fleet(["status", "--inventory", file], capsys, ok=False)["towns"]
    assert [one["data"]["problems"] for one in asked] == [[], ["database"]]
    saved = fleet(["backup", "--inventory", file, "--to", str(folder / "backups")], capsys, ok=False)["towns"]
    assert [one["ok"] for one in saved] == [True, False]
    assert "Datenbank" in saved[1]["message"]


def befall(towns: Path, file: str, capsys: pytest.CaptureFixture[str]) -> None:
    """A job of one town is given up, the second's database is lost, the third has fallen behind."""
    with closing(sqlite3.connect(towns / "adorf/rathaus.sqlite3")) as connection:
        connection.execute(
            "INSERT INTO kernel_job (task, queue, payload, priority, state, enqueued_at, run_after, attempts, worker,"
            " last_error, result) SELECT 'x', 'default', '{}', 0, 'dead', '2026-01-01', '2026-01-01', 10, '', 'x', ''"
        )
        connection.commit()
    with closing(sqlite3.connect(towns / "cheim/rathaus.sqlite3")) as connection:
        connection.execute("DELETE FROM django_migrations WHERE app = 'operations'")
        connection.execute("DROP TABLE operations_maintenance")
        connection.commit()
    database, safe = towns / "bstadt/rathaus.sqlite3", towns / "bstadt/safe"
    database.rename(safe)

    asked = fleet(["status", "--inventory", file, "--parallel", "2"], capsys, ok=False)["towns"]
    assert [one["data"] and one["data"]["problems"] for one in asked] == [
        ["dead_jobs"], None, ["migrations"],
    ]  # fmt: skip
    assert "fehlt" in asked[1]["message"]
    stopped = fleet(["migrate", "--inventory", file, "--parallel", "1"], capsys, ok=False)
    assert [(one["town"], one["ok"]) for one in stopped["towns"]] == [("adorf", True), ("bstadt", False)]
    assert stopped["left"] == ["cheim"]
    backups = towns.parent / "backups"
    saved = fleet(["backup", "--inventory", file, "--to", str(backups), *TOWNS[:2]], capsys, ok=False)
    assert [one["ok"] for one in saved["towns"]] == [True, False]
    assert len(list(backups.glob("adorf/*/database.sqlite3"))) == 1
    assert not database.exists()  # nobody has put an empty one in its place

    safe.rename(database)
    finished = fleet(["migrate", "--inventory", file, *TOWNS[1:3]], capsys)
    assert [one["message"] for one in finished["towns"]] == ["Schon auf dem Stand.", ""]
    assert fleet(["status", "--inventory", file, "adorf"], capsys, ok=False)["towns"][0]["data"][
        "last_backup"
    ]


def fleet(words: list[str], capsys: pytest.CaptureFixture[str], *, ok: bool = True) -> dict[str, object]:
    code = cli.main(["fleet", *words, "--json"])
    captured = capsys.readouterr()
    assert code == (0 if ok else 1), captured
    return json.loads(captured.out)  # type: ignore[no-any-return]  # JSON
