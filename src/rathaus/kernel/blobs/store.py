"""Writing and reading. The content is safely kept before its row is committed."""

from __future__ import annotations

import hashlib
import logging
from datetime import timedelta
from pathlib import Path

from django.conf import settings

from .. import clock
from ..models import Blob
from .envelope import OVERHEAD, seal, unseal
from .errors import BlobAway, BlobBroken, BlobMissing
from .places import Folder, check_name, place

logger = logging.getLogger(__name__)

# Handed in again after this long, a content is noted as fresh: the sweep leaves it alone.
FRESH = timedelta(hours=1)


def store(data: bytes, media_type: str) -> Blob:
    """Keep content and return its row. The same bytes are kept once.

    Call it before opening the transaction that refers to the row: it writes to disk and waits for the disk.
    """
    sha256 = hashlib.sha256(data).hexdigest()
    _keep(sha256, data)
    blob = Blob.objects.filter(pk=sha256).first()
    if blob is not None and (_is_fresh(blob) or _touch(sha256)):
        return blob
    blob = Blob(sha256=sha256, size=len(data), media_type=media_type)
    Blob.objects.bulk_create([blob], ignore_conflicts=True)
    # A sweep may have thrown the file away until the row was there; from now on it stays.
    _keep(sha256, data)
    return blob


def read(blob: Blob | str) -> bytes:
    """The plain bytes of a row or a SHA-256. Never returns wrong bytes.

    Raises BlobMissing, BlobBroken, or BlobAway where the storage does not answer.
    """
    sha256 = check_name(blob.sha256 if isinstance(blob, Blob) else blob)
    try:
        return opened(sha256)[0]
    except (BlobMissing, BlobBroken) as error:
        logger.error("blob_unreadable kind=%s sha256=%s", type(error).__name__, sha256)
        raise


def opened(sha256: str) -> tuple[bytes, bytes]:
    """The plain bytes and the sealed ones; raises as ``read`` does."""
    raw = read_sealed(sha256)
    data = unseal(sha256, raw)
    if hashlib.sha256(data).hexdigest() != sha256:
        raise BlobBroken(sha256, f"Die Ablagedatei {sha256} enthält einen anderen Inhalt.")
    return data, raw


def read_sealed(sha256: str) -> bytes:
    """The bytes as they lie there. Raises BlobMissing or BlobAway."""
    try:
        return place().read(sha256)
    except FileNotFoundError:
        raise BlobMissing(
            sha256, f"Die Ablagedatei {sha256} fehlt. Bitte aus der Sicherung zurückholen."
        ) from None
    except OSError as error:
        logger.warning("blob_place_error sha256=%s", sha256, exc_info=error)
        raise BlobAway(
            sha256, f"Die Ablage antwortet nicht: {error.strerror or error}. Bitte später noch einmal."
        ) from error


def exists(blob: Blob | str) -> bool:
    """Whether the file is there; says nothing about whether it is whole."""
    return place().size(check_name(blob.sha256 if isinstance(blob, Blob) else blob)) is not None


def path_of(sha256: str) -> Path:
    """Where content lies in the folder. Raises ValueError for anything but a SHA-256."""
    return Folder(Path(settings.BLOB_DIR)).path_of(sha256)


def _keep(sha256: str, data: bytes) -> None:
    if place().size(sha256) != len(data) + OVERHEAD:
        place().write(sha256, seal(sha256, data))


def _is_fresh(blob: Blob) -> bool:
    return blob.touched_at > clock.wall() - FRESH


def _touch(sha256: str) -> bool:
    """Note that the content was handed in again; False where its row is gone meanwhile."""
    return bool(Blob.objects.filter(pk=sha256).update(touched_at=clock.wall()))
