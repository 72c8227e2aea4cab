"""One town as its provider sees it: version, schema, jobs, disk, backup. No personal data."""

from __future__ import annotations

import shutil
from importlib import metadata
from typing import Any

from django.apps import apps
from django.conf import settings
from django.db import DatabaseError, connection
from django.db.models import Max
from django.utils.timezone import localtime

from rathaus.kernel.public import jobs, schema

from . import gauges, readiness
from .maintenance import stored_state

SLOW_JOBS_SECONDS = 900
TEXTS = {
    "database": "Die Datenbank ist nicht erreichbar.",
    "migrations": "Es fehlen Schritte der Datenbank; bitte »rathaus migrate«.",
    "disk": "Der Speicherplatz geht zur Neige.",
    "dead_jobs": "Aufträge sind endgültig gescheitert; sie stehen unter /amt/jobs/.",
    "slow_jobs": "Fällige Aufträge warten seit über 15 Minuten; läuft ein »rathaus worker«?",
}


def status() -> dict[str, Any]:
    """Everything at once; ``ok`` is false where ``problems`` name something. Never raises for a broken database."""
    found: dict[str, Any] = {
        "version": metadata.version("rathaus"),
        "database": connection.vendor,
        "free_mb": shutil.disk_usage(settings.DATA_DIR).free // 1024**2,
    }
    problems = list(readiness.obstacles())
    if "database" not in problems:
        try:
            found |= _from_database(missing="migrations" in problems)
        except DatabaseError:
            problems.append("database")
    if found.get("jobs", {}).get("dead"):
        problems.append("dead_jobs")
    if found.get("jobs_oldest_seconds", 0) > SLOW_JOBS_SECONDS:
        problems.append("slow_jobs")
    return {"ok": not problems, "problems": problems, **found}


def _from_database(*, missing: bool) -> dict[str, Any]:
    pending = schema.pending() if missing else []
    found: dict[str, Any] = {"schema": {"applied": len(schema.applied()), "pending": pending}}
    if missing:
        return found  # tables may not be there yet
    return found | {
        "jobs": dict(jobs.state_counts()),
        "jobs_oldest_seconds": round(gauges.oldest_due()),
        "maintenance": stored_state().is_on,
        "last_backup": last_backup(),
    }


def last_backup() -> str | None:
    """When the newest complete backup was finished."""
    runs = apps.get_model("kernel", "BackupRun").objects
    newest = runs.aggregate(at=Max("finished_at"))["at"]
    return localtime(newest).isoformat(timespec="seconds") if newest else None
