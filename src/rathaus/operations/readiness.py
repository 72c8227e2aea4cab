"""Is this server able to answer? The reasons are for the log and for the operator; strangers get yes or no."""

from __future__ import annotations

import logging
import shutil
from collections.abc import Iterator
from multiprocessing import get_context
from multiprocessing.synchronize import Event
from pathlib import Path

from django.conf import settings
from django.db import DatabaseError, connection

from rathaus.kernel.public import schema

logger = logging.getLogger("rathaus.readiness")


class _Server:
    """Shared by the master and its web processes."""

    draining: Event | None = None
    is_current = False


def begin() -> None:
    """Before the first web process: an event that the master sets and all web processes see."""
    _Server.draining = get_context("fork").Event()


def start_draining() -> None:
    """From now on not ready: whoever distributes requests sends them elsewhere."""
    if _Server.draining is not None:
        _Server.draining.set()


def obstacles() -> Iterator[str]:
    """What stands in the way, as fixed words: ``draining``, ``database``, ``migrations``, ``disk``."""
    if _Server.draining is not None and _Server.draining.is_set():
        yield "draining"
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
        if not _is_schema_current():
            yield "migrations"
    except DatabaseError:
        yield "database"
    if any(is_full(Path(folder)) for folder in (settings.DATA_DIR, settings.BLOB_DIR)):
        yield "disk"


def _is_schema_current() -> bool:
    """Asked until the answer is yes: the schema never goes back under a running server."""
    if not _Server.is_current:
        _Server.is_current = not schema.pending()
    return _Server.is_current


def is_full(folder: Path) -> bool:
    """Whether less than ``RATHAUS_MIN_FREE_MB`` are left where ``folder`` lies (or will lie)."""
    while not folder.exists():
        folder = folder.parent
    return shutil.disk_usage(folder).free < settings.MIN_FREE_MB * 1024 * 1024
