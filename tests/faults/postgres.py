"""A PostgreSQL of one's own that can be crashed and started again; commits are on disk before they are answered."""

from __future__ import annotations

import importlib.util
import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from types import ModuleType

from tests.faults.town import ROOT

OPTIONS = "-c listen_addresses='' -c max_connections=60"


def _machinery() -> ModuleType:
    """scripts/with_postgres.py, which is no package."""
    found = importlib.util.spec_from_file_location("with_postgres", ROOT / "scripts/with_postgres.py")
    assert found is not None
    assert found.loader is not None
    module = importlib.util.module_from_spec(found)
    found.loader.exec_module(module)
    return module


class Postgres:
    """``crash`` is ``pg_ctl stop -m immediate``: no goodbye, recovery at the next start."""

    def __init__(self, folder: Path, programs: Path) -> None:
        self._scripts, self._folder, self._programs = _machinery(), folder, programs
        self._account = self._scripts.service_account()
        if self._account is not None:
            os.chown(folder, self._account.pw_uid, self._account.pw_gid)
        initdb = [str(programs / "initdb"), "-D", str(folder / "data"), "-U", "rathaus", "-A", "trust"]
        self._call([*initdb, "-E", "UTF8", "--locale=C.UTF-8", "--no-sync"])

    @property
    def url(self) -> str:
        return f"postgres://rathaus@/postgres?host={self._folder}"

    def start(self) -> None:
        options = f"-k {self._folder} {OPTIONS}"
        self._control("-w", "-l", str(self._folder / "log"), "-o", options, "start")

    def crash(self) -> None:
        self._control("-w", "-m", "immediate", "stop")

    def _control(self, *words: str) -> None:
        self._call([str(self._programs / "pg_ctl"), "-D", str(self._folder / "data"), "-s", *words])

    def _call(self, words: list[str]) -> None:
        self._scripts.call(words, self._account, self._folder)


@contextmanager
def postgres() -> Iterator[Postgres | None]:
    """Start one in a fresh folder; None where PostgreSQL is not installed."""
    programs = _machinery().find_programs()
    if programs is None:
        yield None
        return
    folder = Path(tempfile.mkdtemp(prefix="rathaus-faults-pg-"))
    server = Postgres(folder, programs)
    server.start()
    try:
        yield server
    finally:
        with suppress(subprocess.CalledProcessError):  # where the test left it crashed
            server.crash()
        shutil.rmtree(folder, ignore_errors=True)
