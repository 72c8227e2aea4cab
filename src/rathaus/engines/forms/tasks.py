"""Work in the background."""

from __future__ import annotations

from rathaus.kernel.public import jobs

from .services.drafts import delete_expired_drafts
from .services.scans import scan_waiting


@jobs.task()
def clean_up_drafts() -> None:
    """Delete drafts whose time has passed (data protection: nothing is kept without need)."""
    delete_expired_drafts()


@jobs.task()
def scan_waiting_files() -> None:
    """Ask the virus scanner about files it has not looked at. One that is away delays them, for as long as need be."""
    scan_waiting()
