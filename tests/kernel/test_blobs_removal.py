"""Contents that nothing refers to: thrown away when they are old, never while somebody may be about to need them."""

from __future__ import annotations

import io
import threading
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connection, transaction

from rathaus.kernel.blobs import removal
from rathaus.kernel.blobs.store import path_of
from rathaus.kernel.models import BackupRun
from rathaus.kernel.public import blobs, clock
from tests.factories import records

pytestmark = pytest.mark.django_db
OLD = timedelta(days=3)


@pytest.fixture(autouse=True)
def _folder(settings: Any, tmp_path: Path) -> None:
    settings.BLOB_DIR = tmp_path / "blobs"


def used_content(data: bytes) -> blobs.Blob:
    """A content that a document of a case refers to."""
    blob = records.blob(data)
    records.document(records.case(), blob=blob)
    return blob


def aged(data: bytes) -> blobs.Blob:
    """A content that was handed in three days ago."""
    blob = blobs.store(data, "text/plain")
    blobs.Blob.objects.filter(pk=blob.pk).update(touched_at=clock.wall() - OLD)
    return blob


def test_old_contents_without_references_go_and_others_stay() -> None:
    used = used_content(b"gebraucht")
    blobs.Blob.objects.filter(pk=used.pk).update(touched_at=clock.wall() - OLD)
    gone, fresh = aged(b"verworfen"), blobs.store(b"eben erst", "text/plain")
    assert blobs.sweep(dry_run=True) == (1, 9)
    assert blobs.exists(gone)
    assert blobs.sweep() == (1, 9)
    assert [blobs.exists(blob) for blob in (used, gone, fresh)] == [True, False, True]
    assert set(blobs.Blob.objects.values_list("pk", flat=True)) == {used.pk, fresh.pk}
    assert blobs.sweep() == (0, 0)


def test_what_is_handed_in_again_is_fresh() -> None:
    blob = aged(b"noch einmal")
    blobs.store(b"noch einmal", "text/plain")
    assert blobs.sweep() == (0, 0)
    assert blobs.read(blob) == b"noch einmal"


def test_files_without_a_row_go_when_they_are_old() -> None:
    with pytest.raises(RuntimeError), transaction.atomic():
        blob = blobs.store(b"abgebrochen", "text/plain")
        raise RuntimeError
    beside = path_of(blob.sha256).with_name(f".{blob.sha256}.0011")
    beside.write_bytes(b"halb")
    assert blobs.sweep() == (0, 0)
    assert beside.exists()
    count, _size = blobs.sweep(before=clock.wall() + timedelta(minutes=1))
    assert (count, blobs.exists(blob), beside.exists()) == (1, False, False)
    assert not blobs.Blob.objects.exists()


def test_nothing_goes_while_a_backup_is_under_way() -> None:
    blob = aged(b"verworfen")
    run = BackupRun.objects.create(name="x", started_at=clock.wall())
    assert blobs.sweep() == (0, 0)
    with pytest.raises(CommandError, match="Sicherung"):
        call_command("blobs_gc")
    BackupRun.objects.filter(pk=run.pk).update(started_at=clock.wall() - timedelta(days=2))
    assert blobs.sweep()[0] == 1
    assert not blobs.exists(blob)


def test_an_erased_content_goes_at_once_unless_another_needs_it() -> None:
    used = used_content(b"gebraucht")
    gone = blobs.store(b"weg", "text/plain")
    assert blobs.discard([used.pk, gone.pk, gone.pk]) == 1
    assert (blobs.exists(used), blobs.exists(gone)) == (True, False)


@pytest.mark.django_db(transaction=True)
def test_who_hands_in_what_is_just_being_thrown_away_loses_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    """The upload comes between the look at the row and the end of the file."""
    blob = aged(b"zugleich")
    began, stored = threading.Event(), threading.Event()
    real = removal.place().delete

    def upload() -> None:
        try:
            began.wait(30)
            blobs.store(b"zugleich", "text/plain")
        finally:
            stored.set()
            connection.close()

    def slow_delete(sha256: str) -> None:
        began.set()
        stored.wait(0.3)  # as the row is locked, it cannot have stored it yet
        real(sha256)

    monkeypatch.setattr(removal.place(), "delete", slow_delete)
    uploading = threading.Thread(target=upload)
    uploading.start()
    blobs.sweep()
    uploading.join(30)
    assert blobs.Blob.objects.filter(pk=blob.pk).exists()
    assert blobs.read(blob) == b"zugleich"


def test_the_command_says_what_it_does() -> None:
    aged(b"verworfen")
    said = [io.StringIO(), io.StringIO()]
    call_command("blobs_gc", "--dry-run", stdout=said[0])
    call_command("blobs_gc", stdout=said[1])
    assert said[0].getvalue().startswith("1 Ablagedateien würden gelöscht, 9")
    assert said[1].getvalue().startswith("1 Ablagedateien gelöscht, 9")
    with pytest.raises(CommandError, match="mindestens 1"):
        call_command("blobs_gc", "--days", "0")
