"""The database: its settings as they are in force, its version, its clock, what it lacks."""

from __future__ import annotations

import os
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

from django.conf import settings
from django.db import connection
from django.utils.dateparse import parse_datetime

from .. import clock, schema
from .registry import Observation, fail, ok, warn

PLACE = "Datenbank"
NETWORK = {"nfs", "nfs4", "cifs", "smb3", "smbfs", "fuse.sshfs", "9p", "glusterfs", "ceph", "afs"}
SQLITE_OLDEST = (3, 37)
POSTGRESQL_OLDEST = 15
TIMEOUT_MS = 5_000
MAX_DRIFT = timedelta(seconds=5)
USED_SHARE = 0.8
WANTED = {"journal_mode": ("wal",), "synchronous": (2, 3), "foreign_keys": (1,)}
ADVICE = "Die Datenbank wird nicht mit den Einstellungen dieses Programms benutzt; bitte RATHAUS_DATABASE_URL prüfen."


def check_database() -> Iterator[Observation]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    yield from (_sqlite if connection.vendor == "sqlite" else _postgresql)()
    yield from _schema()


def _schema() -> Iterator[Observation]:
    missing = schema.pending()
    if missing:
        yield fail(
            "Schema", f"{len(missing)} Schritte fehlen, zuerst {missing[0]}.", "»rathaus migrate« ausführen."
        )
    else:
        yield ok("Schema", "auf dem Stand dieses Programms.")


def _sqlite() -> Iterator[Observation]:
    import sqlite3  # noqa: PLC0415 - a town on PostgreSQL may lack it

    with connection.cursor() as cursor:
        for name, wanted in WANTED.items():
            cursor.execute(f"PRAGMA {name}")
            (value,) = cursor.fetchone()
            if value not in wanted:
                yield fail(PLACE, f"SQLite arbeitet mit {name}={value} statt {wanted[0]}.", ADVICE)
        cursor.execute("PRAGMA busy_timeout")
        (timeout,) = cursor.fetchone()
    if timeout < TIMEOUT_MS:
        yield fail(PLACE, f"Schreibende warten nur {timeout} ms aufeinander.", ADVICE)
    mode = settings.DATABASES["default"].get("OPTIONS", {}).get("transaction_mode")
    if mode != "IMMEDIATE":
        yield fail(PLACE, f"Transaktionen beginnen {mode or 'DEFERRED'} statt IMMEDIATE.", ADVICE)
    if sqlite3.sqlite_version_info[:2] < SQLITE_OLDEST:
        yield fail(PLACE, f"SQLite {sqlite3.sqlite_version} ist zu alt.", "Mindestens 3.37 installieren.")
    kind = file_system_of(Path(settings.DATABASES["default"]["NAME"]))
    if kind in NETWORK:
        yield fail(
            PLACE, f"SQLite liegt auf einem Netzlaufwerk ({kind}); dort gehen Daten verloren.",
            "Auf eine Platte dieses Rechners legen, oder PostgreSQL benutzen.",
        )  # fmt: skip
    if settings.PRODUCTION:
        yield warn(
            PLACE, "SQLite im Betrieb.", "Genügt einer kleinen Stadt auf einem Rechner; sonst PostgreSQL."
        )
    yield ok(PLACE, f"SQLite {sqlite3.sqlite_version}, WAL, jede Buchung auf der Platte.")


def file_system_of(path: Path) -> str:
    """The kind of file system under a path, such as ``ext4``; empty where the machine does not tell."""
    mounts = Path("/proc/self/mounts")
    if not mounts.exists():
        return ""
    best = ("", "")
    real = os.path.realpath(path)
    for line in mounts.read_text().splitlines():
        _device, point, kind, *_rest = line.split(" ")
        inside = real == point or real.startswith(point.rstrip("/") + "/")
        if inside and len(point) >= len(best[0]):
            best = (point, kind)
    return best[1]


def _postgresql() -> Iterator[Observation]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT current_setting('server_version_num')::int, current_setting('server_encoding'), "
            "current_setting('fsync'), current_setting('synchronous_commit'), current_setting('full_page_writes'), "
            "current_setting('default_transaction_isolation'), current_setting('max_connections')::int, "
            "(SELECT count(*) FROM pg_stat_activity WHERE backend_type = 'client backend')"
        )
        version, encoding, fsync, commit, pages, isolation, allowed, used = cursor.fetchone()
    if version // 10_000 < POSTGRESQL_OLDEST:
        yield fail(
            PLACE,
            f"PostgreSQL {version // 10_000} ist zu alt.",
            f"Mindestens {POSTGRESQL_OLDEST} installieren.",
        )
    if encoding != "UTF8":
        yield fail(PLACE, f"Die Datenbank hat die Kodierung {encoding}.", "Neu anlegen mit ENCODING 'UTF8'.")
    risky = [
        name
        for name, value in (("fsync", fsync), ("synchronous_commit", commit), ("full_page_writes", pages))
        if value == "off"
    ]
    if risky:
        yield fail(
            PLACE, f"Nach einem Stromausfall fehlen Daten: {', '.join(risky)} ist aus.",
            "In postgresql.conf einschalten und PostgreSQL neu starten.",
        )  # fmt: skip
    if isolation != "read committed":
        yield warn(
            PLACE,
            f"Transaktionen laufen als »{isolation}«.",
            "»read committed« ist erprobt; bitte so setzen.",
        )
    if used > allowed * USED_SHARE:
        yield warn(PLACE, f"{used} von {allowed} Verbindungen sind belegt.", "max_connections erhöhen.")
    yield ok(PLACE, f"PostgreSQL {version // 10_000}.{version % 10_000}, {used} von {allowed} Verbindungen.")


def check_clock() -> Iterator[Observation]:
    """The clock of this machine beside the database's, which others use as well."""
    statement = "SELECT strftime('%Y-%m-%dT%H:%M:%f+00:00', 'now')"
    if connection.vendor == "postgresql":
        statement = "SELECT clock_timestamp()::timestamptz"
    before = clock.wall()
    with connection.cursor() as cursor:
        cursor.execute(statement)
        (answer,) = cursor.fetchone()
    there = parse_datetime(answer) if isinstance(answer, str) else answer
    drift = abs(there - before) if there else timedelta()
    if drift > MAX_DRIFT:
        yield fail(
            "Uhr", f"Dieser Rechner und die Datenbank sind {drift.total_seconds():.0f} Sekunden auseinander.",
            "Auf beiden die Zeit abgleichen (NTP).",
        )  # fmt: skip
    elif not _is_synchronized():
        yield warn(
            "Uhr",
            "Ob die Uhr abgeglichen wird, ist nicht zu erkennen.",
            "NTP einrichten (systemd-timesyncd, chrony).",
        )
    else:
        yield ok("Uhr", "wird abgeglichen und geht wie die der Datenbank.")


def _is_synchronized() -> bool:
    """As systemd and chrony leave it behind."""
    return any(
        Path(mark).exists()
        for mark in ("/run/systemd/timesync/synchronized", "/run/chrony/chronyd.pid", "/run/ntpd.pid")
    )
