"""After a destruction not one byte of the case is left: the raw database file, its log and the blobs are searched."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from django.conf import settings
from django.db import connection

from rathaus.engines.processes import public as processes
from rathaus.engines.records import public as records
from rathaus.identity.public import SYSTEM, actor_for
from rathaus.intake import public as intake
from rathaus.kernel.public import audit, clock, jobs
from tests.factories import applications, identity

pytestmark = pytest.mark.django_db(transaction=True)
NOW = datetime(2026, 3, 2, 10, tzinfo=ZoneInfo("Europe/Berlin"))
LATER = datetime(2045, 1, 4, 10, tzinfo=ZoneInfo("Europe/Berlin"))
CANARY = "Kanarienvogelhund"


@pytest.fixture(autouse=True)
def _then() -> Iterator[None]:
    with clock.travel(NOW):
        yield


def _traces(word: str) -> list[str]:
    """Where a word stands in the database: on SQLite in the raw files, on PostgreSQL in any row of any table."""
    if connection.vendor == "sqlite":
        name = str(connection.settings_dict["NAME"])
        if name.startswith("file:") or name == ":memory:":
            return _rows_with(word)
        found = [Path(name), Path(f"{name}-wal")]
        needles = {word.encode(), word.lower().encode()}
        return [
            str(path)
            for path in found
            if path.exists() and any(needle in _content(path) for needle in needles)
        ]
    return _rows_with(word)


def _content(path: Path) -> bytes:
    """Read by another process: whoever closes a database's file gives up all locks that the process holds on it."""
    return subprocess.run(["cat", path], capture_output=True, check=True).stdout


def _rows_with(word: str) -> list[str]:
    found = []
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names():
            cursor.execute(f'SELECT * FROM "{table}"')
            if any(word.lower() in str(row).lower() for row in cursor.fetchall()):
                found.append(table)
    return found


def _blobs() -> set[str]:
    return {path.name for path in Path(settings.BLOB_DIR).rglob("*") if path.is_file()}


def test_nothing_is_left_of_a_destroyed_case() -> None:
    cast = identity.cast()
    before = _blobs()
    receipt = applications.application(cast.citizen, dog=CANARY)
    case = records.case_by_id(receipt.case_id)
    clerk = cast.actor("case_worker")
    records.add_note(actor=clerk, case=case, text=f"Anruf wegen {CANARY}")
    records.schedule_follow_up(actor=clerk, case=case, due_on=clock.today(), text=f"{CANARY} prüfen")
    intake.ask_applicant(actor=clerk, case_id=case.pk, text=f"Ist {CANARY} groß?", due_on=clock.today())
    jobs.run_pending()
    assert _traces(CANARY)
    assert _blobs() - before
    processes.cancel_instances(actor=SYSTEM, subject=case.pk, reason="Test")
    records.close_case(actor=SYSTEM, case=records.case_by_id(case.pk))
    jobs.run_pending()
    heads = [
        actor_for(identity.employee(cast.steueramt, roles=("head",), email=f"leitung{turn}@stadt.example"))
        for turn in range(2)
    ]
    with clock.travel(LATER):
        assert records.propose_disposals() == 1
        made = records.DisposalList.objects.get()
        choices = {item.pk: records.Choice("destroy") for item in made.items.all()}
        records.decide_disposal(actor=heads[0], list_id=made.pk, choices=choices)
        records.confirm_disposal(actor=heads[1], list_id=made.pk)
        jobs.run_pending(raise_errors=True)
    assert records.DisposalList.objects.get().state == "done"
    result = records.DestructionResult.objects.get()
    assert {"documents", "messages", "submissions", "tasks", "process", "notes"} <= result.counts.keys()
    assert _rows_with(CANARY) == []
    assert _traces(CANARY) == []
    assert _blobs() - before == set()
    assert audit.entries_for(f"records.case:{receipt.case_id}").exists()
