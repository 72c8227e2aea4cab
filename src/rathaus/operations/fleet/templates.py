"""Empty SQLite databases for new towns: migrated once for each release, in memory, and copied.

A copy holds the schema and nothing else; PostgreSQL databases are migrated where they are.
"""

from __future__ import annotations

import os
import shutil
import tempfile
import threading
from pathlib import Path
from urllib.parse import unquote, urlsplit

from .inventory import FleetTown
from .process import Outcome, run

MEMORY = "/dev/shm"  # noqa: S108 - where building need not wait for the disk; the folder in it has a name of its own
FILE = "rathaus.sqlite3"
MIGRATE = ("migrate", "--no-input", "-v", "0")


class Templates:
    """``with Templates() as templates: templates.place(town)``; one database for each program, made when asked."""

    def __init__(self) -> None:
        self._folder = Path(tempfile.mkdtemp(dir=MEMORY if os.access(MEMORY, os.W_OK) else None))
        self._lock = threading.Lock()
        self._made: dict[str, Outcome] = {}

    def __enter__(self) -> Templates:
        return self

    def __exit__(self, *fault: object) -> None:
        shutil.rmtree(self._folder, ignore_errors=True)

    def place(self, town: FleetTown, *, timeout: float) -> Outcome:
        """Give a town the schema of its release: a copy where it has no database yet, else by migrating."""
        target = sqlite_file(town)
        if target is None or target.exists():
            return run(town, MIGRATE, timeout=timeout)
        source, outcome = self._template(town.program, timeout)
        if not outcome.ok:
            return Outcome(town.name, False, outcome.message)
        target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        draft = target.with_name(f".{target.name}.neu")
        with source.open("rb") as read, draft.open("wb") as written:
            shutil.copyfileobj(read, written)
            written.flush()
            os.fsync(written.fileno())
        draft.replace(target)
        return Outcome(town.name, True)

    def _template(self, program: str, timeout: float) -> tuple[Path, Outcome]:
        with self._lock:
            number = list(self._made).index(program) if program in self._made else len(self._made)
            folder = self._folder / str(number)
            if program not in self._made:
                folder.mkdir()
                empty = FleetTown(
                    name="leer",
                    data=folder,
                    keys=folder / "none",
                    database=f"sqlite://{folder / FILE}",
                    program=program,
                )
                self._made[program] = run(empty, MIGRATE, timeout=timeout)
            return folder / FILE, self._made[program]


def sqlite_file(town: FleetTown) -> Path | None:
    """The file of a SQLite town; None on PostgreSQL."""
    parts = urlsplit(town.database)
    return Path(unquote(parts.path)) if parts.scheme == "sqlite" else None
