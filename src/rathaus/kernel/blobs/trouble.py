"""Contents that somebody wanted and could not get: kept in mind for the operator until they open again."""

from __future__ import annotations

from django.core.cache import cache

from .errors import BlobAway, BlobError
from .places import check_name
from .store import read

_NOTED = "kernel.blobs.unreadable"
KEPT_SECONDS = 30 * 24 * 3600
MAX_NOTED = 100


def note_unreadable(sha256: str) -> None:
    """Keep in mind that a content could not be handed out."""
    noted: list[str] = cache.get(_NOTED, [])
    if sha256 not in noted:
        cache.set(_NOTED, [check_name(sha256), *noted][:MAX_NOTED], KEPT_SECONDS)


def count_unreadable() -> int:
    """How many contents could not be handed out when they were last asked for."""
    return len(cache.get(_NOTED, []))


def still_unreadable() -> list[BlobError]:
    """What is the matter with those contents now; what opens again is forgotten."""
    noted: list[str] = cache.get(_NOTED, [])
    found: list[BlobError] = []
    for sha256 in noted:
        try:
            read(sha256)
        except BlobError as error:
            found.append(error)
            if isinstance(error, BlobAway):
                return found
    if len(found) < len(noted):
        cache.set(_NOTED, [error.sha256 for error in found], KEPT_SECONDS)
    return found
