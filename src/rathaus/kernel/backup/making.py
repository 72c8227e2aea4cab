"""Making a backup while the town works."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC
from importlib.metadata import version
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import transaction

from .. import audit, clock, keys
from ..blobs.envelope import OVERHEAD, mark_of
from ..blobs.errors import BlobAway, BlobBroken, BlobError, BlobMissing
from ..blobs.store import opened
from ..models import BackupRun, Blob
from .errors import BackupError, told
from .sealed import SealedWriter
from .shelf import CONTENTS, FORMAT, UNFINISHED, Content, Shelf, opened_for_writing
from .snapshots import Snapshot, snapshot

Progress = Callable[[int, int], None]
SCRATCH = "backup-scratch-"


@dataclass
class Made:
    """What became of it. ``damaged``: contents that the town itself cannot read any more."""

    name: str = ""
    blobs: int = 0
    copied: int = 0
    size: int = 0
    damaged: list[str] = field(default_factory=list)
    removed: list[str] = field(default_factory=list)


def make(folder: Path, *, keep: int = 0, progress: Callable[[str], Progress]) -> Made:
    """Copy database and contents of one moment. ``keep``: how many generations stay, 0 for all.

    Raises BackupError; nothing that looks complete is left then, and what was complete stays.
    """
    shelf = Shelf(folder)
    with told("Die Sicherung"), shelf.locked() as killed:
        # No other backup is at work here, so these will never end.
        BackupRun.objects.filter(finished_at=None, name__in=[*killed, *shelf.names()]).delete()
        with _begun(shelf) as unfinished, _on_record(unfinished.name.removeprefix(UNFINISHED)) as run:
            made = _make(shelf, unfinished, run.name, progress)
            run.blobs, run.size = made.blobs, made.size
        made.removed = shelf.prune(keep) if keep else []
    return made


@contextmanager
def _begun(shelf: Shelf) -> Iterator[Path]:
    """The folder comes before the row: by it the next backup finds what one that was killed left behind."""
    unfinished = shelf.root / f"{UNFINISHED}{clock.wall().astimezone(UTC):%Y%m%dT%H%M%S%fZ}"
    unfinished.mkdir(mode=0o700)
    try:
        yield unfinished
    except BaseException:
        shutil.rmtree(unfinished, ignore_errors=True)
        raise


@contextmanager
def _on_record(name: str) -> Iterator[BackupRun]:
    """While the row has no end, nobody throws contents away."""
    run = BackupRun.objects.create(name=name, started_at=clock.wall())
    try:
        yield run
    except BaseException:
        run.delete()
        raise
    with transaction.atomic():
        run.finished_at = clock.wall()
        run.save()
        audit.append(actor="system", action="kernel.backup_made", details={"name": name, "blobs": run.blobs})


def _make(shelf: Shelf, unfinished: Path, name: str, progress: Callable[[str], Progress]) -> Made:
    made = Made(name)
    with _scratch() as scratch, snapshot(scratch, progress("Datenbank")) as taken:
        files = [_seal(unfinished, part, write) for part, write in taken.parts.items()]
        files.append(
            _seal(unfinished, CONTENTS, lambda write: _copy_all(shelf, taken, write, made, progress))
        )
        shelf.sign(unfinished, _manifest(name, taken, files, made))
    made.size += sum(entry["size"] for entry in files)
    shelf.finish(unfinished, name)
    return made


@contextmanager
def _scratch() -> Iterator[Path]:
    """A folder beside the data: the plain copy of the database must not lie on the backup's medium."""
    for left in Path(settings.DATA_DIR).glob(f"{SCRATCH}*"):
        shutil.rmtree(left, ignore_errors=True)
    with tempfile.TemporaryDirectory(prefix=SCRATCH, dir=settings.DATA_DIR) as folder:
        yield Path(folder)


def _seal(folder: Path, name: str, write: Callable[[Any], None]) -> dict[str, Any]:
    with opened_for_writing(folder / name) as file:
        sealed = SealedWriter(file)
        write(sealed.write)
        sealed.close()
    return {"name": name, "size": sealed.size, "sha256": sealed.sha256}


def _copy_all(
    shelf: Shelf,
    taken: Snapshot,
    write: Callable[[bytes], object],
    made: Made,
    progress: Callable[[str], Progress],
) -> None:
    show, rows = progress("Dokumente"), list(taken.blobs())
    for count, (sha256, size) in enumerate(rows, 1):
        content = _copy(shelf, sha256, size + OVERHEAD, made)
        if content is not None:
            write(f"{content.sha256} {content.mark} {content.sealed} {content.size}\n".encode())
            made.blobs += 1
        show(count, len(rows))


def _copy(shelf: Shelf, sha256: str, size: int, made: Made) -> Content | None:
    """The content on the shelf; None where it is gone or damaged. Each new copy is opened once."""
    known = shelf.known(sha256, keys.fingerprint(keys.master_key()).hex(), size)
    if known is not None:
        return known
    try:
        _data, raw = opened(sha256)
    except BlobAway as error:
        raise BackupError(str(error)) from error
    except BlobMissing:
        if Blob.objects.filter(pk=sha256).exists():
            made.damaged.append(sha256)
        return None
    except BlobBroken:
        made.damaged.append(sha256)
        return None
    except BlobError as error:
        raise BackupError(str(error)) from error
    made.copied += 1
    made.size += len(raw)
    mark = mark_of(raw).hex()
    return shelf.known(sha256, mark, len(raw)) or shelf.add(sha256, mark, raw)


def _manifest(name: str, taken: Snapshot, files: list[dict[str, Any]], made: Made) -> dict[str, Any]:
    return {
        "format": FORMAT,
        "name": name,
        "made_at": clock.wall().isoformat(timespec="seconds"),
        "version": version("rathaus"),
        "kind": taken.kind,
        "key": keys.fingerprint(keys.master_key()).hex(),
        "audit": taken.head,
        "migrations": taken.migrations,
        "files": files,
        "blobs": made.blobs,
        "damaged": made.damaged,
        **taken.about,
    }
