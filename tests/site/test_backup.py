"""Backup and restore as an operator does it: by the command, against a town that works."""

from __future__ import annotations

import json
import os
import secrets
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings

from tests.site.town_process import Town, town

pytestmark = pytest.mark.django_db  # they run once more on PostgreSQL
WRITING = """
from tests.factories import identity, records
unit = identity.unit("steueramt")
entry = records.plan_entry("99.1")
number = 0
while True:
    case = records.case(unit=unit, entry=entry)
    records.document(case, blob=records.blob(f"Antrag {number}".encode()))
    print(case.case_reference, number, flush=True)
    number += 1
"""
READING = """
from rathaus.engines.records.models import Case, DocumentVersion
from rathaus.kernel.public import audit, blobs
contents = {version.document.case.case_reference: blobs.read(version.blob).decode()
            for version in DocumentVersion.objects.select_related("document__case")}
print(json.dumps({"contents": contents, "cases": sorted(Case.objects.values_list("case_reference", flat=True)),
                  "findings": [item.rule for item in audit.verify()]}))
"""
ONE_MORE = """
from tests.factories import identity, records
from rathaus.engines.records.models import FilePlanEntry
from rathaus.identity.public import OrganizationalUnit
case = records.case(unit=OrganizationalUnit.objects.get(), entry=FilePlanEntry.objects.get(code="99.1"))
records.document(case, blob=records.blob(b"Antrag danach"))
print(json.dumps(case.case_reference))
"""
# A parent that forks backups and kills each somewhere on its way, from before it begins to shortly after it ended.
KILLING = """
import os, random, signal, time
from pathlib import Path
from django.db import connections
from rathaus.kernel import backup
shelf, chance = backup.Shelf(Path({shelf!r})), random.Random()
def begin():
    connections.close_all()
    child = os.fork()
    if child == 0:
        try:
            backup.make(shelf.root, progress=lambda label: lambda done, total: None)
            os._exit(0)
        except BaseException:
            os._exit(3)
    return child
def refused(name):
    try:
        backup.verify(shelf, name, progress=lambda done, total: None)
    except backup.BackupError as error:
        return [str(error)]
    return []
began = time.monotonic()
assert os.waitpid(begin(), 0)[1] == 0
took, rounds = time.monotonic() - began, []
for number in range({kills}):
    before = set(shelf.names())
    child = begin()
    time.sleep(took * 1.1 * chance.random())
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    names = shelf.names()
    rounds.append(dict(refused=[text for name in names for text in refused(name)], lost=sorted(before - set(names))))
print(json.dumps(rounds))
"""
UNENDED = """
from rathaus.kernel.models import BackupRun
from rathaus.kernel import backup
print(BackupRun.objects.filter(finished_at=None, name__startswith="2").count())
"""
AT_LENGTH = os.environ.get("RATHAUS_FAULTS", "") in ("all", "long")
at_length = pytest.mark.skipif(not AT_LENGTH, reason="takes time: RATHAUS_FAULTS=long")
HOW_MANY, KILLS = (8, 25) if AT_LENGTH else (3, 5)


@pytest.fixture(scope="module")
def place() -> Iterator[Path]:
    """A folder in memory where there is room."""
    with tempfile.TemporaryDirectory(dir=os.environ["RATHAUS_TEST_SESSION"]) as folder:
        yield Path(folder)


@pytest.fixture(scope="module")
def drill(place: Path) -> Iterator[tuple[Town, Path, list[str]]]:
    """A town in which cases are opened all the while it is backed up: the town, the backups, what was acknowledged
    before the backup began."""
    working, shelf = town(place / "town"), place / "backups"
    made = working.run("migrate", "-v", "0")
    assert made.returncode == 0, made.stderr
    writer = working.script(WRITING)
    assert writer.stdout is not None
    try:
        acknowledged = [writer.stdout.readline().split()[0] for _ in range(HOW_MANY)]
        backup = working.run("backup", str(shelf), "--json")
        assert (backup.returncode, backup.stderr) == (0, "")
        # It went on writing meanwhile, and still does.
        after = [writer.stdout.readline().split()[0] for _ in range(HOW_MANY)]
    finally:
        writer.kill()
        writer.communicate()
    assert len(set(acknowledged + after)) == 2 * HOW_MANY
    yield working, shelf, acknowledged
    working.leave()


@pytest.fixture
def other(place: Path) -> Iterator[Town]:
    """An empty town."""
    made = town(place / secrets.token_hex(4))
    yield made
    made.leave()


def test_everything_acknowledged_before_the_backup_comes_back(
    drill: tuple[Town, Path, list[str]], other: Town, tmp_path: Path
) -> None:
    _working, shelf, acknowledged = drill
    restored = other.run("restore", str(shelf), "--json")
    assert restored.returncode == 0, restored.stdout + restored.stderr
    assert json.loads(restored.stdout)["findings"] == []
    there = other.answer(READING)
    assert set(acknowledged) <= set(there["contents"])
    assert there["findings"] == []
    numbers = [int(reference.rsplit("-", 1)[1]) for reference in there["cases"]]
    assert sorted(numbers) == list(range(1, len(numbers) + 1))
    following = other.answer(ONE_MORE)
    assert int(following.rsplit("-", 1)[1]) == len(numbers) + 1
    assert other.run("audit", "verify").returncode == 0
    assert other.run("blobs", "verify").returncode == 0


def test_a_second_backup_copies_no_content_twice_and_keeps_so_many(
    drill: tuple[Town, Path, list[str]],
) -> None:
    working, shelf, _ = drill
    second = json.loads(working.run("backup", str(shelf), "--json").stdout)
    third = json.loads(working.run("backup", str(shelf), "--keep", "2", "--json").stdout)
    assert third["copied"] == 0
    assert third["blobs"] == second["blobs"]
    assert json.loads(working.run("backup", str(shelf), "--list", "--json").stdout)["generations"] == [
        second["generation"],
        third["generation"],
    ]
    assert working.run("backup", str(shelf), "--verify").returncode == 0


@pytest.fixture
def copied(drill: tuple[Town, Path, list[str]], tmp_path: Path) -> Path:
    """The backups, to be spoilt."""
    return Path(shutil.copytree(drill[1], tmp_path / "copied"))


def newest(shelf: Path) -> Path:
    return sorted(path for path in shelf.iterdir() if path.name[0].isdigit())[-1]


def spoilt(path: Path) -> str:
    raw = bytearray(path.read_bytes())
    raw[len(raw) // 2] ^= 1
    path.write_bytes(bytes(raw))
    return path.name


def test_a_damaged_file_is_named_and_nothing_is_changed(
    drill: tuple[Town, Path, list[str]], copied: Path
) -> None:
    working, _, _ = drill
    before = working.answer(READING)["cases"]
    part = (
        "database.sqlite3"
        if settings.DATABASES["default"]["ENGINE"].endswith("sqlite3")
        else "records_case.copy"
    )
    content = next(copied.glob("blobs/*/*/*"))
    for path in (
        newest(copied) / part,
        content,
        newest(copied) / "blobs.list",
        newest(copied) / "manifest.json",
    ):
        whole = path.read_bytes()
        name = spoilt(path)
        for words in (("backup", str(copied), "--verify"), ("restore", str(copied), "--force")):
            refused = working.run(*words)
            assert refused.returncode == 1
            assert name in refused.stderr
        path.write_bytes(whole)
    content.unlink()
    assert f"{content.name} fehlt" in working.run("backup", str(copied), "--verify").stderr
    assert working.answer(READING)["cases"] == before


def test_an_unfinished_backup_is_refused(drill: tuple[Town, Path, list[str]], copied: Path) -> None:
    for generation in copied.iterdir():
        if generation.name[0].isdigit():
            (generation / "manifest.mac").unlink()
    assert "keine vollständige Sicherung" in drill[0].run("restore", str(copied), "--force").stderr


@at_length
def test_a_wrong_key_is_refused(copied: Path, other: Town) -> None:
    wrong = other.run_apart("restore", str(copied), RATHAUS_BLOB_KEY="A" * 43 + "=")
    assert (wrong.returncode, "anderen Schlüssel" in wrong.stderr) == (1, True)
    assert not (other.folder / "blobs").exists()


@at_length
def test_a_backup_of_a_newer_schema_is_refused(
    drill: tuple[Town, Path, list[str]], other: Town, tmp_path: Path
) -> None:
    working, _, _ = drill
    shelf = tmp_path / "newer"
    working.answer(
        "from django.db import connection\n"
        'with connection.cursor() as c: c.execute("INSERT INTO django_migrations (app, name, applied) '
        "VALUES ('kernel', '9999_later', CURRENT_TIMESTAMP)\")\nprint(1)"
    )
    try:
        assert working.run("backup", str(shelf)).returncode == 0
    finally:
        working.answer(
            "from django.db import connection\n"
            "with connection.cursor() as c:\n"
            "    c.execute(\"DELETE FROM django_migrations WHERE name = '9999_later'\")\nprint(1)"
        )
    refused = other.run("restore", str(shelf))
    assert (refused.returncode, "kernel.9999_later" in refused.stderr) == (1, True)


@at_length
def test_a_town_with_data_is_replaced_only_when_asked(
    drill: tuple[Town, Path, list[str]], copied: Path, other: Town, tmp_path: Path
) -> None:
    assert other.run("restore", str(copied)).returncode == 0
    before = other.answer(READING)["cases"]
    added = other.answer(ONE_MORE)
    refused = other.run("restore", str(copied))
    assert (refused.returncode, "--force" in refused.stderr) == (1, True)
    assert added in other.answer(READING)["cases"]
    holder = other.script(
        "from django.db import connection\nconnection.cursor().execute('SELECT 1')\n"
        "print('ready', flush=True)\nsys.stdin.readline()"
    )
    assert holder.stdout is not None
    assert holder.stdout.readline() == "ready\n"
    running = other.run("restore", str(copied), "--force")
    holder.communicate("\n", timeout=60)
    assert (running.returncode, "läuft noch" in running.stderr) == (1, True)
    assert other.run("restore", str(copied), "--force").returncode == 0
    assert other.answer(READING)["cases"] == before


@at_length
def test_a_restore_that_fails_on_the_way_leaves_the_town_as_it_was(
    copied: Path, other: Town, tmp_path: Path
) -> None:
    assert other.run("restore", str(copied)).returncode == 0
    added = other.answer(ONE_MORE)
    failing = other.answer(
        "from pathlib import Path\n"
        "from rathaus.kernel import backup\n"
        "from rathaus.kernel.backup import restoring\n"
        "def stop(*words, **options): raise RuntimeError('stop')\n"
        "restoring.call_command = stop\n"
        f"shelf = backup.Shelf(Path({str(copied)!r}))\n"
        "try:\n    backup.restore(shelf, force=True, progress=lambda label: lambda done, total: None)\n"
        "except RuntimeError as error:\n    print(json.dumps(str(error)))\n"
    )
    assert failing == "stop"
    assert added in other.answer(READING)["cases"]


def test_a_killed_backup_never_looks_complete(drill: tuple[Town, Path, list[str]], place: Path) -> None:
    """kill -9 at random moments: what is there is whole, nothing is lost, and the next backup clears up."""
    working, _, _ = drill
    shelf = place / "killed"
    told = working.run_script(KILLING.format(shelf=str(shelf), kills=KILLS))
    assert told.returncode == 0, told.stderr
    rounds = json.loads(told.stdout)
    assert len(rounds) == KILLS
    assert [one["refused"] for one in rounds] == [[]] * KILLS
    assert [one["lost"] for one in rounds] == [[]] * KILLS
    (shelf / ".unfertig-20260101T000000000000Z").mkdir()
    assert working.run("backup", str(shelf)).returncode == 0
    assert working.run("backup", str(shelf), "--verify").returncode == 0
    assert [
        path.name for path in shelf.iterdir() if path.name.startswith((".unfertig-", ".weg-", ".neu"))
    ] == []
    assert list(working.folder.glob("backup-scratch-*")) == []
    assert working.answer(UNENDED) == 0


@at_length
def test_damaged_documents_of_the_town_are_told_and_the_rest_is_saved(
    copied: Path, other: Town, tmp_path: Path
) -> None:
    assert other.run("restore", str(copied)).returncode == 0
    broken = next(path for path in (other.folder / "blobs").glob("*/*/*") if path.is_file())
    spoilt(broken)
    fresh = tmp_path / "fresh"
    made = other.run("backup", str(fresh), "--json")
    report: dict[str, Any] = json.loads(made.stdout)
    assert (made.returncode, report["damaged"]) == (1, [broken.name])
    assert other.run("backup", str(fresh), "--verify").returncode == 0


def test_a_place_that_cannot_be_written_is_a_sentence(
    drill: tuple[Town, Path, list[str]], other: Town, tmp_path: Path
) -> None:
    working, _, _ = drill
    blocked = tmp_path / "file"
    blocked.write_text("x")
    refused = working.run("backup", str(blocked / "below"))
    assert refused.returncode == 1
    assert refused.stderr.startswith("Die Sicherung ist nicht gelungen")
    assert working.run("restore", str(tmp_path / "nothing")).stderr.startswith("In ")
