"""Keys for the purposes of the kernel, all derived from the town's master key.

The master key may be exchanged (``rathaus keys rotate``). What was sealed under a key that must not change with it
(the audit chain, second factors) uses ``kept_key``: after an exchange its value stands in the database, wrapped by
the new master key.
"""

from __future__ import annotations

import hashlib
from functools import lru_cache

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from .models import KeptKey

KEY_BYTES = 32
NONCE = 12
AUDIT_SEAL = "audit seal 1"
AUDIT_STAMP = "audit stamp 1"
AUDIT_HEAD = "audit head 1"
SECOND_FACTOR = "identity second factor"
KEPT = (AUDIT_SEAL, AUDIT_STAMP, AUDIT_HEAD, SECOND_FACTOR)

# (purpose, master key, former ones) -> key. An exchange does not change the value, so it never grows old.
_known: dict[tuple[str, bytes, tuple[bytes, ...]], bytes] = {}


class WrongKey(Exception):
    """The master key is not the one that this database belongs to; the message is German."""


def master_key() -> bytes:
    """The master key of 32 bytes. Raises ImproperlyConfigured where it is missing or too short."""
    key = getattr(settings, "BLOB_KEY", None)
    if not isinstance(key, bytes) or len(key) != KEY_BYTES:
        raise ImproperlyConfigured("BLOB_KEY muss 32 Byte lang sein. Bitte RATHAUS_BLOB_KEY setzen.")
    return key


def old_keys() -> tuple[bytes, ...]:
    """Former master keys, newest first; there while an exchange is under way."""
    return tuple(getattr(settings, "BLOB_KEYS_OLD", ()))


def key_with(mark: bytes) -> bytes | None:
    """The master key, present or former, that has this fingerprint."""
    return next((key for key in (master_key(), *old_keys()) if fingerprint(key) == mark), None)


def derived_key(purpose: str) -> bytes:
    """A key of 32 bytes for one purpose; knowing it tells nothing about the master key. Changes with it."""
    return derive(master_key(), purpose)


def kept_key(purpose: str) -> bytes:
    """The key of 32 bytes for one of ``KEPT``, the same after an exchange of the master key.

    Raises WrongKey where the database holds it under a master key that is not there.
    """
    known = (purpose, master_key(), old_keys())
    if known not in _known:
        stored = KeptKey.objects.filter(pk=purpose).first()
        _known[known] = original(purpose) if stored is None else unwrap(stored)
    return _known[known]


def original(purpose: str) -> bytes:
    """The key of a purpose as it is where none is kept: that of the oldest master key, with which all began."""
    return derive((master_key(), *old_keys())[-1], purpose)


def unwrap(stored: KeptKey) -> bytes:
    """The key that a row holds. Raises WrongKey."""
    master = key_with(bytes.fromhex(stored.fingerprint))
    if master is None:
        raise WrongKey(
            f"Der Schlüssel gehört nicht zu dieser Datenbank: »{stored.purpose}« ist mit dem Schlüssel "
            f"{stored.fingerprint} verschlossen. Bitte RATHAUS_BLOB_KEY prüfen."
        )
    raw = bytes.fromhex(stored.wrapped)
    try:
        return AESGCM(master).decrypt(raw[:NONCE], raw[NONCE:], stored.purpose.encode())
    except InvalidTag:
        raise WrongKey(
            f"Der verschlossene Schlüssel »{stored.purpose}« in der Datenbank wurde verändert. "
            "Bitte aus der Sicherung zurückholen."
        ) from None


def keep(purpose: str, value: bytes, nonce: bytes) -> None:
    """Write the key of a purpose into the database, wrapped by the present master key. ``nonce``: 12 random bytes."""
    master = master_key()
    wrapped = nonce + AESGCM(master).encrypt(nonce, value, purpose.encode())
    KeptKey.objects.update_or_create(
        purpose=purpose, defaults={"fingerprint": fingerprint(master).hex(), "wrapped": wrapped.hex()}
    )
    forget()


def forget() -> None:
    """Read kept keys anew."""
    _known.clear()


@lru_cache(maxsize=64)
def derive(key: bytes, purpose: str) -> bytes:
    """The key for a purpose under a given master key (HKDF-SHA256)."""
    return HKDF(algorithm=SHA256(), length=KEY_BYTES, salt=None, info=f"rathaus {purpose}".encode()).derive(
        key
    )


def fingerprint(key: bytes) -> bytes:
    """Eight bytes that tell which key was used, without telling the key."""
    return hashlib.sha256(b"rathaus key fingerprint" + key).digest()[:8]
