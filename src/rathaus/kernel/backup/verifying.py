"""Is a backup what was written? Every byte is read; nothing is changed."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

from .errors import BackupError
from .shelf import Content, Shelf

Progress = Callable[[int, int], None]
READ = 1 << 20


def verify(shelf: Shelf, name: str, progress: Progress) -> dict[str, Any]:
    """The manifest of a generation all of whose files are whole. Raises BackupError, which names the file."""
    manifest = shelf.manifest(name)
    for entry in manifest["files"]:
        check(shelf.root / name / entry["name"], entry["size"], entry["sha256"], f"{name}/{entry['name']}")
    count = 0
    for count, content in enumerate(shelf.contents(name), 1):
        check_content(shelf, content)
        progress(count, manifest["blobs"])
    if count != manifest["blobs"]:
        raise BackupError(f"Die Sicherung {name} nennt {manifest['blobs']} Dokumente, es sind {count}.")
    return manifest


def check_content(shelf: Shelf, content: Content) -> None:
    check(shelf.root / content.path, content.size, content.sealed, content.path)


def check(path: Path, size: int, sha256: str, name: str) -> None:
    """Raises BackupError where a file is not there, or not these bytes."""
    digest = hashlib.sha256()
    try:
        with path.open("rb") as file:
            while part := file.read(READ):
                digest.update(part)
            length = file.tell()
    except FileNotFoundError:
        raise BackupError(f"{name} fehlt in der Sicherung. Bitte eine andere nehmen.") from None
    if length != size or digest.hexdigest() != sha256:
        raise BackupError(f"{name} ist beschädigt. Bitte eine andere Sicherung nehmen.")
