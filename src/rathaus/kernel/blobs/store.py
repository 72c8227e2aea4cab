"""Writing and reading. The file is safely on disk before its row is committed."""

from __future__ import annotations

import hashlib
import os
import secrets
from pathlib import Path

from django.conf import settings

from ..models import Blob
from .envelope import OVERHEAD, seal, unseal
from .errors import BlobBroken, BlobMissing


def store(data: bytes, media_type: str) -> Blob:
    """Keep content and return its row. The same bytes are kept once.

    Call it before opening the transaction that refers to the row: it writes to disk and waits for the disk.
    """
    sha256 = hashlib.sha256(data).hexdigest()
    path = path_of(sha256)
    if not _is_whole(path, len(data)):
        _write(path, seal(sha256, data))
    blob = Blob.objects.filter(pk=sha256).first()
    if blob is None:
        blob = Blob(sha256=sha256, size=len(data), media_type=media_type)
        Blob.objects.bulk_create([blob], ignore_conflicts=True)
    return blob


def read(blob: Blob | str) -> bytes:
    """The plain bytes of a row or a SHA-256. Raises BlobMissing or BlobBroken; never returns wrong bytes."""
    sha256 = blob.sha256 if isinstance(blob, Blob) else blob
    try:
        raw = path_of(sha256).read_bytes()
    except FileNotFoundError:
        raise BlobMissing(
            sha256, f"Die Ablagedatei {sha256} fehlt. Bitte aus der Sicherung zurückholen."
        ) from None
    data = unseal(sha256, raw)
    if hashlib.sha256(data).hexdigest() != sha256:
        raise BlobBroken(sha256, f"Die Ablagedatei {sha256} enthält einen anderen Inhalt.")
    return data


def exists(blob: Blob | str) -> bool:
    """Whether the file is there; says nothing about whether it is whole."""
    return path_of(blob.sha256 if isinstance(blob, Blob) else blob).is_file()


def path_of(sha256: str) -> Path:
    """Where content lies: two levels of folders, 256 each. Raises ValueError for anything but a SHA-256."""
    if len(sha256) != 64 or not set(sha256) <= set("0123456789abcdef"):
        raise ValueError("not a SHA-256 in lower-case hex")
    return Path(settings.BLOB_DIR) / sha256[:2] / sha256[2:4] / sha256


def _is_whole(path: Path, size: int) -> bool:
    try:
        return path.stat().st_size == size + OVERHEAD
    except FileNotFoundError:
        return False


def _write(path: Path, raw: bytes) -> None:
    """Write beside, sync, rename, sync the folder: after a power cut there is the whole file or none."""
    _make_folders(path.parent)
    beside = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
    descriptor = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(raw)
            file.flush()
            os.fsync(file.fileno())
        beside.replace(path)
    except BaseException:
        beside.unlink(missing_ok=True)
        raise
    _sync_folder(path.parent)


def _make_folders(folder: Path) -> None:
    if folder.is_dir():
        return
    _make_folders(folder.parent)
    folder.mkdir(mode=0o700, exist_ok=True)
    _sync_folder(folder.parent)


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
