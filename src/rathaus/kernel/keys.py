"""Keys for the purposes of the kernel, all derived from the town's master key."""

from __future__ import annotations

import hashlib
from functools import lru_cache

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

KEY_BYTES = 32


def master_key() -> bytes:
    """The master key of 32 bytes. Raises ImproperlyConfigured where it is missing or too short."""
    key = getattr(settings, "BLOB_KEY", None)
    if not isinstance(key, bytes) or len(key) != KEY_BYTES:
        raise ImproperlyConfigured("BLOB_KEY muss 32 Byte lang sein. Bitte RATHAUS_BLOB_KEY setzen.")
    return key


def derived_key(purpose: str) -> bytes:
    """A key of 32 bytes for one purpose; knowing it tells nothing about the master key."""
    return _derive(master_key(), purpose)


@lru_cache(maxsize=16)
def _derive(key: bytes, purpose: str) -> bytes:
    return HKDF(algorithm=SHA256(), length=KEY_BYTES, salt=None, info=f"rathaus {purpose}".encode()).derive(
        key
    )


def fingerprint(key: bytes) -> bytes:
    """Eight bytes that tell which key was used, without telling the key."""
    return hashlib.sha256(b"rathaus key fingerprint" + key).digest()[:8]
