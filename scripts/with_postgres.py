"""Run a command with a throw-away PostgreSQL: ``with_postgres.py COMMAND …`` sets RATHAUS_DATABASE_URL for it."""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

MEMORY = Path("/dev/shm")
ACCOUNTS = ("postgres", "nobody")  # PostgreSQL refuses to run as root
OPTIONS = "-c listen_addresses='' -c fsync=off -c synchronous_commit=off -c full_page_writes=off -c max_connections=60"
MISSING = """
==============================================================================
 ACHTUNG: PostgreSQL ist nicht installiert und ließ sich nicht installieren.
 Die Tests der Datenschicht liefen NUR auf SQLite.
 Bitte nachholen: apt-get install postgresql, dann noch einmal: make test
==============================================================================
"""


def main(words: Sequence[str]) -> int:
    if not words:
        sys.stderr.write("Aufruf: with_postgres.py BEFEHL …\n")
        return 2
    programs = find_programs()
    if programs is None:
        sys.stderr.write(MISSING)
        return 0
    with server(programs) as url:
        return subprocess.run(words, env={**os.environ, "RATHAUS_DATABASE_URL": url}, check=False).returncode


def find_programs() -> Path | None:
    """Return the folder with initdb and pg_ctl, the newest version first."""
    places = sorted(
        Path("/usr/lib/postgresql").glob("*/bin"), key=lambda place: float(place.parent.name), reverse=True
    )
    found = shutil.which("initdb")
    if found:
        places.append(Path(found).resolve().parent)
    return next(
        (place for place in places if (place / "initdb").exists() and (place / "pg_ctl").exists()), None
    )


@contextmanager
def server(programs: Path, *, parent: Path | None = None, options: str = "") -> Iterator[str]:
    """Start a server on a socket in a fresh folder and take both away again.

    The folder lies in memory, or below ``parent`` where there is too much for that; ``options`` are for the server.
    """
    place = parent or (MEMORY if os.access(MEMORY, os.W_OK) else None)
    folder = Path(tempfile.mkdtemp(prefix="rathaus-pg-", dir=place))
    account = service_account()
    if account is not None:
        os.chown(folder, account.pw_uid, account.pw_gid)
    data = folder / "data"
    control = [str(programs / "pg_ctl"), "-D", str(data), "-w", "-s"]
    try:
        initdb = [str(programs / "initdb"), "-D", str(data), "-U", "rathaus", "-A", "trust", "-E", "UTF8"]
        call([*initdb, "--locale=C.UTF-8", "--no-sync"], account, folder)
        call(
            [*control, "-l", str(folder / "log"), "-o", f"-k {folder} {OPTIONS} {options}", "start"],
            account,
            folder,
        )
        try:
            yield f"postgres://rathaus@/postgres?host={folder}"
        finally:
            call([*control, "-m", "immediate", "stop"], account, folder)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def service_account() -> pwd.struct_passwd | None:
    """Return the account to run as, when we are root."""
    if os.geteuid() != 0:
        return None
    known = {entry.pw_name: entry for entry in pwd.getpwall()}
    return next(known[name] for name in ACCOUNTS if name in known)


def call(words: Sequence[str], account: pwd.struct_passwd | None, folder: Path) -> None:
    if account is None:
        subprocess.run(words, check=True, stdout=subprocess.DEVNULL, cwd=folder)
        return
    subprocess.run(
        words,
        check=True,
        stdout=subprocess.DEVNULL,
        cwd=folder,
        user=account.pw_uid,
        group=account.pw_gid,
        extra_groups=[],
        env={"PATH": os.environ["PATH"], "LC_ALL": "C.UTF-8", "HOME": str(folder)},
    )


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
