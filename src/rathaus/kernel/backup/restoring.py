"""Bringing a town back: all is checked first, contents come before the database, the proof comes last."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.core.management import call_command
from django.db import connection, connections
from django.db.migrations.loader import MigrationLoader

from .. import audit, clock, keys
from ..audit import heads
from ..blobs import checking
from ..blobs.errors import BlobError
from ..blobs.places import place
from ..blobs.store import opened
from ..findings import Finding
from ..models import BackupRun
from . import targets
from .errors import BackupError, told
from .sealed import unsealed
from .shelf import Content, Shelf
from .verifying import verify

Progress = Callable[[int, int], None]
KINDS = {"sqlite": "SQLite", "postgresql": "PostgreSQL"}


@dataclass
class Restored:
    """What came back, and what is wrong with it."""

    name: str
    made_at: str
    blobs: int = 0
    set_aside: int = 0
    findings: list[Finding] = field(default_factory=list)


def restore(
    shelf: Shelf, *, name: str = "", force: bool = False, progress: Callable[[str], Progress]
) -> Restored:
    """Put a town in place of nothing, or with ``force`` in place of another. Raises BackupError before anything
    is changed; if the database cannot be put in place, the one that was there returns."""
    chosen = shelf.chosen(name)
    with told("Das Zurückholen"):
        _refuse_what_does_not_fit(shelf.manifest(chosen), force=force)
        manifest = verify(shelf, chosen, progress("Sicherung prüfen"))
        restored = Restored(chosen, manifest["made_at"])
        restored.blobs = _bring_contents(shelf, chosen, manifest, progress("Dokumente"))
        with targets.replaced(manifest, lambda part: _read(shelf, chosen, part)):
            call_command("migrate", interactive=False, verbosity=0, skip_checks=True)
        _finish(restored, manifest, progress)
    connections.close_all()
    return restored


def _refuse_what_does_not_fit(manifest: dict[str, Any], *, force: bool) -> None:
    kind = "sqlite" if connection.vendor == "sqlite" else "postgresql"
    if manifest["kind"] != kind:
        raise BackupError(
            f"Die Sicherung stammt aus {KINDS.get(manifest['kind'], '?')}, hier ist {KINDS[kind]} eingestellt. "
            "Bitte RATHAUS_DATABASE_URL passend setzen."
        )
    known = set(MigrationLoader(None).disk_migrations)
    newer = [f"{app}.{step}" for app, step in manifest["migrations"] if (app, step) not in known]
    if newer:
        raise BackupError(
            f"Die Sicherung ist mit einer neueren Fassung gemacht ({manifest['version']}); hier fehlen "
            f"{', '.join(newer[:3])}{' …' if len(newer) > 3 else ''}. Bitte zuerst diese Fassung installieren."
        )
    if not force and not targets.is_empty():
        raise BackupError(
            "Hier ist schon ein Rathaus mit Daten. --force ersetzt es durch die Sicherung; seine Daten sind dann fort."
        )


def _read(shelf: Shelf, name: str, part: str) -> Iterator[bytes]:
    with (shelf.root / name / part).open("rb") as file:
        yield from unsealed(file, f"{name}/{part}")


def _bring_contents(shelf: Shelf, name: str, manifest: dict[str, Any], progress: Progress) -> int:
    count = 0
    for count, content in enumerate(shelf.contents(name), 1):
        if not _is_whole(content):
            place().write(content.sha256, (shelf.root / content.path).read_bytes())
        progress(count, manifest["blobs"])
    return count


def _is_whole(content: Content) -> bool:
    """Whether the place has the content already; what is damaged there is written anew."""
    try:
        return place().size(content.sha256) == content.size and bool(opened(content.sha256))
    except BlobError:
        return False


def _finish(restored: Restored, manifest: dict[str, Any], progress: Callable[[str], Progress]) -> None:
    """Set right what the backup could not know of itself, note what happened, and prove the whole."""
    keys.forget()
    BackupRun.objects.filter(finished_at=None).update(
        finished_at=datetime.fromisoformat(manifest["made_at"]), blobs=manifest["blobs"]
    )
    restored.set_aside = heads.set_aside(
        manifest["audit"][0], f"vor-wiederherstellung-{clock.wall():%Y%m%dT%H%M%S}"
    )
    audit.append(actor="system", action="kernel.town_restored", details={"backup": restored.name})
    audit.seal()
    restored.findings += audit.verify(progress=progress("Protokoll prüfen"))
    damaged = set(manifest["damaged"])
    restored.findings += [
        found for found in checking.verify(progress("Dokumente prüfen")) if found.place not in damaged
    ]
