"""A power cut, imitated: database, log and documents are copied at some moment under load, and the copy is opened."""

from __future__ import annotations

import json
import random
import shutil
import sqlite3
import time
from collections.abc import Callable
from contextlib import closing, suppress
from pathlib import Path
from typing import Any

import pytest

from tests.faults.browser import Crowd
from tests.faults.checks import assert_nothing_lost_nothing_twice
from tests.faults.town import FaultTown, at_length

pytestmark = [pytest.mark.faults, at_length]
NAME = "rathaus.sqlite3"


def _cut(town: FaultTown, into: Path) -> None:
    """What a disk holds when the power goes: the log first, for the database changes only at a checkpoint.

    While the log is copied it only grows; a database that was checkpointed meanwhile is newer, and then the copy
    of the log would be older than it. So both are taken again until none was begun anew in between.
    """
    into.mkdir()
    shutil.copytree(town.folder / "keys", into / "keys")
    wal, database = town.folder / f"{NAME}-wal", town.folder / NAME
    while True:
        before = wal.read_bytes()[:32] if wal.exists() else b""
        stamp = database.stat().st_mtime_ns
        shutil.copyfile(database, into / NAME)
        if wal.exists():
            shutil.copyfile(wal, into / f"{NAME}-wal")
        if (
            wal.read_bytes()[:32] if wal.exists() else b""
        ) == before and database.stat().st_mtime_ns == stamp:
            break
    for blob in (town.folder / "blobs").rglob("*"):
        target = into / blob.relative_to(town.folder)
        target.parent.mkdir(parents=True, exist_ok=True)
        with suppress(
            FileNotFoundError, IsADirectoryError
        ):  # one that is just being written has another name soon
            shutil.copyfile(blob, target)


def _truncate(wal: Path, chance: random.Random) -> None:
    """The last pages had not reached the disk."""
    size = wal.stat().st_size if wal.exists() else 0
    if size:
        with wal.open("r+b") as file:
            file.truncate(chance.randrange(size))


def _is_sound(folder: Path) -> bool:
    with closing(sqlite3.connect(folder / NAME)) as connection:
        return connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]


def test_power_cuts_under_load(
    town: FaultTown, new_town: Callable[..., FaultTown], chance: random.Random, tmp_path: Path, is_long: bool
) -> None:
    number, cuts = (200, 12) if is_long else (10, 2)
    town.start_web()
    town.start_worker()
    crowd = Crowd(town.port, town.known["data"], town.known["sessions"]["citizen"])
    applicants = crowd.start(range(number))
    acknowledged: list[dict[str, str]] = []
    for cut in range(cuts):
        time.sleep(chance.uniform(0.1, 1.5))
        acknowledged.append(dict(crowd.receipts))
        _cut(town, tmp_path / f"cut{cut}")
    for applicant in applicants:
        applicant.join()
    assert crowd.refused == []
    town.kill_all()
    for cut, receipts in enumerate(acknowledged):
        folder = tmp_path / f"cut{cut}"
        if cut % 2:
            _truncate(folder / f"{NAME}-wal", chance)
        survivor = new_town(tmp_path / f"town{cut}", take_over=False)
        shutil.copytree(folder, survivor.folder)
        assert _is_sound(survivor.folder)
        stored = survivor.drain()
        if cut % 2:
            receipts = _only_stored(
                receipts, stored
            )  # what was not on the disk yet is lost; what is there is whole
        _assert_survived(survivor, receipts, stored)


def _only_stored(receipts: dict[str, str], stored: dict[str, Any]) -> dict[str, str]:
    known = {one["reference"] for one in stored["applications"]}
    return {key: reference for key, reference in receipts.items() if reference in known}


def _assert_survived(town: FaultTown, receipts: dict[str, str], stored: dict[str, Any]) -> None:
    """All that was acknowledged before the cut is there; what came in meanwhile is whole as well."""
    references = {one["reference"] for one in stored["applications"]}
    assert set(receipts.values()) <= references, json.dumps(stored["errors"])
    everything = Crowd(town.port, {}, "", receipts={reference: reference for reference in references})
    # Mails were sent by the town that was cut off and, for what it had not noted, again by this one.
    stored["mails"] = sum(
        one["receipts"] + one["messages"] + (not one["has_account"]) for one in stored["applications"]
    )
    assert_nothing_lost_nothing_twice(town, everything, stored)
