"""Where contents lie: a folder, or what an adapter brings for another scheme of ``RATHAUS_BLOB_URL``."""

from __future__ import annotations

import os
import secrets
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple, Protocol
from urllib.parse import urlsplit

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from ..registry import Registry

HEX = frozenset("0123456789abcdef")


class Found(NamedTuple):
    """A content in a place. ``size`` is that of the sealed bytes."""

    sha256: str
    size: int
    written_at: datetime


class Place(Protocol):
    """Keeps sealed contents by their name, a SHA-256 in lower-case hex (checked by the caller)."""

    def read(self, sha256: str) -> bytes:
        """The sealed bytes. Raises FileNotFoundError, or OSError where the place does not answer."""

    def write(self, sha256: str, raw: bytes) -> None:
        """Keep sealed bytes, in place of others: all or nothing, and safe from a power cut when this returns."""

    def size(self, sha256: str) -> int | None:
        """How many sealed bytes there are; None where there is nothing."""

    def delete(self, sha256: str) -> None:
        """Throw away; nothing happens where nothing is."""

    def found(self) -> Iterator[Found]:
        """Everything that is there, in any order."""

    def sweep(self, before: datetime) -> int:
        """Remove what broken-off writing left behind before a moment; returns how much."""

    def describe(self) -> str:
        """Where it is, for operators, without secrets."""


# scheme of the URL -> what makes the place out of the whole URL
places: Registry[Callable[[str], Place]] = Registry("kind of blob storage")


def place() -> Place:
    """The place that the settings name. Raises ImproperlyConfigured for an unknown scheme."""
    return _made(getattr(settings, "BLOB_URL", ""), str(settings.BLOB_DIR))


@lru_cache(maxsize=8)
def _made(url: str, folder: str) -> Place:
    if not url:
        return Folder(Path(folder))
    make = places.find(urlsplit(url).scheme)
    if make is None:
        raise ImproperlyConfigured("RATHAUS_BLOB_URL muss mit s3:// beginnen oder leer sein.")
    return make(url)


def check_name(sha256: str) -> str:
    """Raises ValueError for anything but a SHA-256 in lower-case hex."""
    if len(sha256) != 64 or not set(sha256) <= HEX:
        raise ValueError("not a SHA-256 in lower-case hex")
    return sha256


class Folder:
    """A folder of the machine, two levels of 256 folders each."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def path_of(self, sha256: str) -> Path:
        return self.root / sha256[:2] / sha256[2:4] / check_name(sha256)

    def read(self, sha256: str) -> bytes:
        return self.path_of(sha256).read_bytes()

    def write(self, sha256: str, raw: bytes) -> None:
        """Write beside, sync, rename, sync the folder: after a power cut there is the whole file or none."""
        path = self.path_of(sha256)
        make_folders(path.parent)
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
        sync_folder(path.parent)

    def size(self, sha256: str) -> int | None:
        try:
            return self.path_of(sha256).stat().st_size
        except FileNotFoundError:
            return None

    def delete(self, sha256: str) -> None:
        path = self.path_of(sha256)
        path.unlink(missing_ok=True)
        if path.parent.is_dir():
            sync_folder(path.parent)

    def found(self) -> Iterator[Found]:
        for path in self._files():
            if len(path.name) == 64 and set(path.name) <= HEX:
                facts = path.stat()
                yield Found(path.name, facts.st_size, datetime.fromtimestamp(facts.st_mtime, UTC))

    def sweep(self, before: datetime) -> int:
        count = 0
        for path in self._files():
            if path.name.startswith(".") and path.stat().st_mtime < before.timestamp():
                path.unlink(missing_ok=True)
                count += 1
        return count

    def describe(self) -> str:
        return str(self.root)

    def _files(self) -> Iterator[Path]:
        for outer in sorted(self.root.glob("[0-9a-f][0-9a-f]")):
            for inner in sorted(outer.glob("[0-9a-f][0-9a-f]")):
                yield from (path for path in sorted(inner.iterdir()) if path.is_file())


def make_folders(folder: Path) -> None:
    """Make a folder with all above it, each safe from a power cut."""
    if folder.is_dir():
        return
    make_folders(folder.parent)
    folder.mkdir(mode=0o700, exist_ok=True)
    sync_folder(folder.parent)


def sync_folder(folder: Path) -> None:
    """Wait until the folder's entries are on the disk."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
