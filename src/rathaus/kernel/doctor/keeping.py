"""What keeps the data: disks, keys, contents, the audit log's proof, backups."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

from django.conf import settings
from django.utils import timezone

from .. import audit, clock, keys
from ..append_only import unprotected
from ..audit.verification import PROTECTED
from ..blobs.errors import BlobError
from ..blobs.places import place
from ..blobs.store import read
from ..blobs.trouble import still_unreadable
from ..models import AuditEntry, AuditSeal, BackupRun, Blob, KeptKey
from .registry import Observation, fail, ok, warn

LOW_SHARE = 0.1
SAMPLE = 3
MAX_UNSEALED_AGE = timedelta(minutes=5)
MAX_HEAD_AGE = timedelta(days=2)
MAX_BACKUP_AGE = timedelta(days=2)


def folders() -> dict[str, Path]:
    """What must be writable, by the name that operators know."""
    found = {
        "RATHAUS_DATA_DIR": Path(settings.DATA_DIR),
        "RATHAUS_AUDIT_HEAD_DIR": Path(settings.AUDIT_HEAD_DIR),
    }
    if not settings.BLOB_URL:
        found["RATHAUS_BLOB_DIR"] = Path(settings.BLOB_DIR)
    database = settings.DATABASES["default"]
    if database["ENGINE"].endswith("sqlite3"):
        found["RATHAUS_DATABASE_URL"] = Path(database["NAME"]).parent
    return found


def check_disks() -> Iterator[Observation]:
    for name, folder in folders().items():
        there = folder
        while not there.exists():
            there = there.parent
        if not os.access(there, os.W_OK | os.X_OK):
            yield fail(
                "Platte", f"{folder} ({name}) ist nicht beschreibbar.", "Rechte des Dienstkontos prüfen."
            )
            continue
        usage = shutil.disk_usage(there)
        free = f"{usage.free / 2**30:.1f} GB frei auf {folder}"
        if usage.free < settings.MIN_FREE_MB * 2**20:
            yield fail(
                "Platte", f"Nur {free} ({name}).", "Platz schaffen; Einreichungen werden sonst abgewiesen."
            )
        elif usage.free < usage.total * LOW_SHARE:
            yield warn("Platte", f"Nur noch {free} ({name}).", "Bald Platz schaffen.")
        else:
            yield ok("Platte", f"{free} ({name}).")


def check_keys() -> Iterator[Observation]:
    kept = list(KeptKey.objects.all())
    for stored in kept:
        try:
            keys.unwrap(stored)
        except keys.WrongKey as error:
            yield fail(
                "Schlüssel", str(error), "Den richtigen RATHAUS_BLOB_KEY setzen, bevor jemand weiterarbeitet."
            )
            return
    for file in sorted((Path(settings.DATA_DIR) / "keys").glob("*")):
        if file.stat().st_mode & 0o077:
            yield fail("Schlüssel", f"{file} ist für andere lesbar.", f"chmod 600 {file}")
    present = keys.fingerprint(keys.master_key()).hex()
    if any(stored.fingerprint != present for stored in kept):
        yield warn(
            "Schlüssel",
            "Der Wechsel des Hauptschlüssels ist nicht beendet.",
            "»rathaus keys rotate« ausführen.",
        )
    elif keys.old_keys():
        yield warn(
            "Schlüssel",
            "Ein früherer Hauptschlüssel ist noch gesetzt.",
            "»rathaus keys rotate«, dann entfernen.",
        )
    yield ok("Schlüssel", f"passen zur Datenbank (Hauptschlüssel {present}).")


def check_blobs() -> Iterator[Observation]:
    """The newest contents really open, with this key, from this place; and what somebody could not open does now."""
    if troubles := still_unreadable():
        yield fail(
            "Ablage",
            f"{len(troubles)} Dokumente ließen sich nicht öffnen, zuerst: {troubles[0]}",
            "»rathaus blobs verify« nennt alle; aus der Sicherung zurückholen.",
        )
        return
    newest = list(Blob.objects.order_by("-created_at").values_list("pk", flat=True)[:SAMPLE])
    for sha256 in newest:
        try:
            read(sha256)
        except BlobError as error:
            yield fail(
                "Ablage", str(error), "»rathaus blobs verify« nennt alle; aus der Sicherung zurückholen."
            )
            return
    opened = f"; {len(newest)} Dokumente probeweise geöffnet" if newest else ""
    yield ok("Ablage", f"{place().describe()}{opened}.")


def check_audit() -> Iterator[Observation]:
    if bare := unprotected(PROTECTED):
        yield fail(
            "Protokoll", f"Der Schutz von {', '.join(bare)} fehlt.", "Aufklären, dann »rathaus migrate«."
        )
    oldest = AuditEntry.objects.filter(pk__gt=_highest_sealed()).order_by("pk").first()
    if oldest and clock.wall() - oldest.at > MAX_UNSEALED_AGE:
        yield fail(
            "Protokoll",
            "Seit Minuten wird nicht mehr versiegelt.",
            "Läuft »rathaus worker«? Siehe Hintergrunddienst.",
        )
    exported, findings = audit.exported()
    for finding in findings:
        yield fail(
            "Protokoll", f"{finding.place}: {finding.message}", "Aufklären, wer die Datei geändert hat."
        )
    if not exported:
        if AuditSeal.objects.exists():
            yield warn(
                "Protokoll",
                "Noch nie wurde ein Kettenende ausgeführt.",
                "Läuft der Hintergrunddienst? »rathaus audit export«.",
            )
        return
    last = exported[-1]
    seal = AuditSeal.objects.filter(pk=last.head.position).first()
    if seal is None or seal.digest != last.head.digest:
        yield fail(
            "Protokoll", f"Die Kette widerspricht dem Kettenende {last.place}.",
            "Das Protokoll wurde verändert: »rathaus audit verify« ausführen und aufklären.",
        )  # fmt: skip
    elif clock.wall() - datetime.fromisoformat(last.made_at) > MAX_HEAD_AGE:
        yield warn(
            "Protokoll", f"Das letzte Kettenende ist von {last.made_at}.", "Läuft der Hintergrunddienst?"
        )
    else:
        yield ok("Protokoll", f"versiegelt; Kettenende {last.place} stimmt.")


def _highest_sealed() -> int:
    newest = AuditSeal.objects.order_by("-position").values_list("entry_id", flat=True).first()
    return newest or 0


def check_backup() -> Iterator[Observation]:
    last = BackupRun.objects.exclude(finished_at=None).order_by("-started_at").first()
    advice = "»rathaus backup ORDNER« täglich ausführen, etwa durch einen systemd-Timer."
    if last is None:
        yield (warn if not settings.PRODUCTION else fail)("Sicherung", "Noch nie gesichert.", advice)
    elif clock.wall() - last.started_at > MAX_BACKUP_AGE:
        yield (warn if not settings.PRODUCTION else fail)(
            "Sicherung", f"Zuletzt am {last.started_at:%d.%m.%Y} gesichert.", advice
        )
    else:
        yield ok(
            "Sicherung",
            f"zuletzt am {timezone.localtime(last.started_at):%d.%m.%Y um %H:%M}, {last.blobs} Dokumente.",
        )
