"""The folder of the backups: generations side by side over one common store of contents.

``NAME/manifest.json`` with ``manifest.mac`` makes a generation; it appears whole by a rename. Contents lie under
``blobs/``, each once, by the hash of the plain and of the sealed bytes and the key that seals them.
"""

from __future__ import annotations

import fcntl
import hashlib
import hmac
import json
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

from .. import keys
from ..blobs.places import make_folders, sync_folder
from .errors import BackupError
from .sealed import unsealed

FORMAT = "rathaus.backup/1"
MANIFEST, SIGNATURE, CONTENTS = "manifest.json", "manifest.mac", "blobs.list"
UNFINISHED = ".unfertig-"
GOING = ".weg-"
FRESH = ".neu"
SIGNING = "backup manifest 1"
MAX_MANIFEST = 50_000_000


class Content(NamedTuple):
    """A content in the common store: hash of the plain bytes, key, hash and size of the sealed bytes."""

    sha256: str
    mark: str
    sealed: str
    size: int

    @property
    def path(self) -> str:
        return f"blobs/{self.sha256[:2]}/{self.sha256[2:4]}/{self.sha256}-{self.mark}-{self.sealed}"


class Shelf:
    """A folder with backups."""

    def __init__(self, root: Path) -> None:
        self.root = root

    @contextmanager
    def locked(self) -> Iterator[list[str]]:
        """One backup at a time. Raises BackupError where another is at work.

        Clears what killed ones left, and tells the names of their generations.
        """
        make_folders(self.root)
        with (self.root / ".lock").open("w") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                raise BackupError("In diesen Ordner wird gerade schon gesichert. Bitte abwarten.") from None
            (self.root / FRESH).unlink(missing_ok=True)
            left = [*self.root.glob(f"{UNFINISHED}*"), *self.root.glob(f"{GOING}*")]
            for folder in left:
                shutil.rmtree(folder)
            yield [folder.name.removeprefix(UNFINISHED) for folder in left]

    def names(self) -> list[str]:
        """The complete generations, oldest first."""
        return sorted(
            path.parent.name
            for path in self.root.glob(f"[0-9]*/{SIGNATURE}")
            if (path.parent / MANIFEST).is_file()
        )

    def chosen(self, name: str = "") -> str:
        """The generation of this name, or the newest. Raises BackupError."""
        names = self.names()
        if not names:
            raise BackupError(f"In {self.root} liegt keine vollständige Sicherung.")
        if name and name not in names:
            raise BackupError(f"Die Sicherung »{name}« gibt es nicht. Vorhanden: {', '.join(names)}.")
        return name or names[-1]

    def manifest(self, name: str) -> dict[str, Any]:
        """What a generation says of itself. Raises BackupError for a wrong key or signature."""
        folder = self.root / name
        with (folder / MANIFEST).open("rb") as file:
            raw = file.read(MAX_MANIFEST)
        try:
            data: dict[str, Any] = json.loads(raw)
            master = keys.key_with(bytes.fromhex(data["key"]))
        except (ValueError, KeyError, TypeError, RecursionError):
            raise BackupError(
                f"{name}/{MANIFEST} ist beschädigt. Bitte eine andere Sicherung nehmen."
            ) from None
        if master is None:
            raise BackupError(
                f"Die Sicherung {name} gehört zu einem anderen Schlüssel ({data['key']}). Bitte den Schlüssel, der "
                "damals galt, als RATHAUS_BLOB_KEY oder in RATHAUS_BLOB_KEYS_OLD setzen."
            )
        if not hmac.compare_digest(_signed(master, raw), (folder / SIGNATURE).read_text().strip()):
            raise BackupError(f"{name}/{MANIFEST} wurde verändert. Bitte eine andere Sicherung nehmen.")
        if data.get("format") != FORMAT:
            raise BackupError(f"Die Sicherung {name} hat ein Format, das diese Fassung nicht kennt.")
        return data

    def sign(self, folder: Path, data: dict[str, Any]) -> None:
        """Write manifest and signature into a generation that is being made."""
        raw = json.dumps(data, indent=1, ensure_ascii=False).encode()
        for name, content in ((MANIFEST, raw), (SIGNATURE, _signed(keys.master_key(), raw).encode())):
            with opened_for_writing(folder / name) as file:
                file.write(content)

    def contents(self, name: str) -> Iterator[Content]:
        """The contents that a generation needs."""
        rest = b""
        with (self.root / name / CONTENTS).open("rb") as file:
            for part in unsealed(file, f"{name}/{CONTENTS}"):
                *lines, rest = (rest + part).split(b"\n")
                for line in lines:
                    sha256, mark, sealed, size = line.decode().split(" ")
                    yield Content(sha256, mark, sealed, int(size))

    def known(self, sha256: str, mark: str, size: int) -> Content | None:
        """A content that lies here already, sealed by this key and of this length."""
        folder = self.root / "blobs" / sha256[:2] / sha256[2:4]
        for path in folder.glob(f"{sha256}-{mark}-*"):
            if path.stat().st_size == size:
                return Content(sha256, mark, path.name.rpartition("-")[2], size)
        return None

    def add(self, sha256: str, mark: str, raw: bytes) -> Content:
        """Keep a sealed content."""
        content = Content(sha256, mark, hashlib.sha256(raw).hexdigest(), len(raw))
        path = self.root / content.path
        make_folders(path.parent)
        beside = self.root / FRESH
        beside.unlink(missing_ok=True)
        try:
            with opened_for_writing(beside) as file:
                file.write(raw)
            beside.replace(path)
            sync_folder(path.parent)
        except BaseException:
            beside.unlink(missing_ok=True)
            raise
        return content

    def prune(self, keep: int) -> list[str]:
        """Remove all but the newest generations, and contents that none needs any more; returns the names."""
        gone = self.names()[:-keep]
        for name in gone:
            (self.root / name).rename(self.root / f"{GOING}{name}")
            shutil.rmtree(self.root / f"{GOING}{name}")
        if gone:
            needed = {content.path for name in self.names() for content in self.contents(name)}
            for path in self.root.glob("blobs/*/*/*"):
                if str(path.relative_to(self.root)) not in needed:
                    path.unlink()
        return gone

    def finish(self, unfinished: Path, name: str) -> None:
        """Let a generation appear."""
        sync_folder(unfinished)
        unfinished.rename(self.root / name)
        sync_folder(self.root)


@contextmanager
def opened_for_writing(path: Path) -> Iterator[Any]:
    """A new file for us alone, on the disk when the block ends."""
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        yield file
        file.flush()
        os.fsync(file.fileno())


def _signed(master: bytes, raw: bytes) -> str:
    return hmac.digest(keys.derive(master, SIGNING), raw, hashlib.sha256).hex()
