"""The checks of the kernel, in the order in which an operator reads them."""

from __future__ import annotations

from .database import check_clock, check_database
from .keeping import check_audit, check_backup, check_blobs, check_disks, check_keys
from .registry import Check, checks
from .working import check_worker


def register_own() -> None:
    for name, run in (
        ("Datenbank", check_database),
        ("Platte", check_disks),
        ("Schlüssel", check_keys),
        ("Ablage", check_blobs),
        ("Protokoll", check_audit),
        ("Sicherung", check_backup),
        ("Hintergrunddienst", check_worker),
        ("Uhr", check_clock),
    ):
        checks.register(Check(name, run))
