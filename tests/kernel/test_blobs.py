from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any

import pytest
from django.db import transaction

from rathaus.kernel.blobs.store import path_of
from rathaus.kernel.public import blobs

DATA = "Bescheid über die Hundesteuer".encode() * 50
SHA = hashlib.sha256(DATA).hexdigest()

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _folder(settings: Any, tmp_path: Path) -> None:
    settings.BLOB_DIR = tmp_path / "blobs"
    settings.BLOB_KEY = bytes(range(32))


def test_content_comes_back_as_it_was() -> None:
    blob = blobs.store(DATA, "application/pdf")
    assert (blob.sha256, blob.size, blob.media_type) == (SHA, len(DATA), "application/pdf")
    assert blobs.read(blob) == DATA
    assert blobs.read(SHA) == DATA
    assert blobs.read(blobs.store(b"", "text/plain")) == b""


def test_nothing_readable_lies_on_the_disk() -> None:
    blobs.store(DATA, "application/pdf")
    path = path_of(SHA)
    assert path.parent.parts[-2:] == (SHA[:2], SHA[2:4])
    assert b"Hundesteuer" not in path.read_bytes()
    assert path.stat().st_mode & 0o777 == 0o600
    assert [file.name for file in path.parent.iterdir()] == [SHA]


def test_the_same_content_is_kept_once() -> None:
    first = blobs.store(DATA, "application/pdf")
    written = path_of(SHA).read_bytes()
    assert blobs.store(DATA, "application/octet-stream") == first
    assert path_of(SHA).read_bytes() == written
    assert blobs.Blob.objects.get().media_type == "application/pdf"


def test_the_same_content_is_encrypted_differently_elsewhere(settings: Any, tmp_path: Path) -> None:
    blobs.store(DATA, "application/pdf")
    first = path_of(SHA).read_bytes()
    settings.BLOB_DIR = tmp_path / "other"
    blobs.store(DATA, "application/pdf")
    assert path_of(SHA).read_bytes() != first


def test_the_file_outlives_a_rollback_and_the_row_does_not() -> None:
    with pytest.raises(RuntimeError), transaction.atomic():
        blobs.store(DATA, "application/pdf")
        raise RuntimeError
    assert blobs.exists(SHA)
    assert not blobs.Blob.objects.exists()
    assert blobs.read(blobs.store(DATA, "application/pdf")) == DATA


def test_a_missing_file_is_named_and_stored_again() -> None:
    blob = blobs.store(DATA, "application/pdf")
    path_of(SHA).unlink()
    assert not blobs.exists(blob)
    with pytest.raises(blobs.BlobMissing, match=f"{SHA} fehlt"):
        blobs.read(blob)
    assert blobs.read(blobs.store(DATA, "application/pdf")) == DATA


@pytest.mark.parametrize("position", [0, 3, 6, 15, 30, 75, 90, -1])
def test_a_single_changed_byte_is_noticed(position: int) -> None:
    blob = blobs.store(DATA, "application/pdf")
    raw = bytearray(path_of(SHA).read_bytes())
    raw[position] ^= 1
    path_of(SHA).write_bytes(bytes(raw))
    with pytest.raises(blobs.BlobBroken, match=SHA):
        blobs.read(blob)


@pytest.mark.parametrize("length", [0, 3, 50, 200])
def test_a_torn_file_is_noticed_and_replaced_when_stored_again(length: int) -> None:
    blob = blobs.store(DATA, "application/pdf")
    path_of(SHA).write_bytes(path_of(SHA).read_bytes()[:length])
    with pytest.raises(blobs.BlobBroken):
        blobs.read(blob)
    assert blobs.read(blobs.store(DATA, "application/pdf")) == DATA


def test_a_file_under_another_name_does_not_open() -> None:
    blob = blobs.store(DATA, "application/pdf")
    other = blobs.store(b"etwas anderes", "text/plain")
    path_of(SHA).write_bytes(path_of(other.sha256).read_bytes())
    with pytest.raises(blobs.BlobBroken):
        blobs.read(blob)


def test_another_key_is_named_as_the_cause(settings: Any) -> None:
    blob = blobs.store(DATA, "application/pdf")
    settings.BLOB_KEY = bytes(32)
    with pytest.raises(blobs.BlobBroken, match="anderen Schlüssel"):
        blobs.read(blob)


@pytest.mark.parametrize("name", ["../../etc/passwd", "", "A" * 64, "0" * 63])
def test_only_a_sha256_names_content(name: str) -> None:
    with pytest.raises(ValueError, match="SHA-256"):
        blobs.read(name)
