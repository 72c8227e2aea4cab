"""The format on disk: a random data key for each content, wrapped by the town's master key.

``RHB`` + version 1 | key fingerprint (8) | nonce (12) + wrapped data key (48) | nonce (12) | ciphertext + tag

The SHA-256 of the plain bytes is authenticated as well, so a file under another's name does not open. When the master
key is exchanged, only the first part is written anew.
"""

from __future__ import annotations

import secrets

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from .. import keys
from .errors import BlobBroken

MAGIC = b"RHB\x01"
FINGERPRINT, NONCE, KEY, TAG = 8, 12, 32, 16
WRAPPED = KEY + TAG
MARK = slice(len(MAGIC), len(MAGIC) + FINGERPRINT)
WRAP = slice(MARK.stop, MARK.stop + NONCE + WRAPPED)
HEADER = WRAP.stop + NONCE
OVERHEAD = HEADER + TAG


def seal(sha256: str, data: bytes) -> bytes:
    """Encrypt content for the disk."""
    data_key, nonce = secrets.token_bytes(KEY), secrets.token_bytes(NONCE)
    sealed = AESGCM(data_key).encrypt(nonce, data, _bound(sha256))
    return _head(sha256, data_key) + nonce + sealed


def unseal(sha256: str, raw: bytes) -> bytes:
    """The plain bytes. Raises BlobBroken, which says what is the matter."""
    data_key = _data_key(sha256, raw)
    nonce, sealed = raw[WRAP.stop : HEADER], memoryview(raw)[HEADER:]
    try:
        return AESGCM(data_key).decrypt(nonce, sealed, _bound(sha256))
    except InvalidTag:
        raise _changed(sha256) from None


def rewrap(sha256: str, raw: bytes) -> bytes:
    """The same sealed content with its data key wrapped by the present master key. Raises BlobBroken."""
    unseal(sha256, raw)  # what is damaged stays as it is, and is told
    return _head(sha256, _data_key(sha256, raw)) + raw[WRAP.stop :]


def mark_of(raw: bytes) -> bytes:
    """The fingerprint of the master key that a sealed content belongs to; empty where it is none."""
    return raw[MARK] if raw[: len(MAGIC)] == MAGIC and len(raw) >= OVERHEAD else b""


def _head(sha256: str, data_key: bytes) -> bytes:
    master, nonce = keys.master_key(), secrets.token_bytes(NONCE)
    wrapped = AESGCM(master).encrypt(nonce, data_key, _bound(sha256))
    return MAGIC + keys.fingerprint(master) + nonce + wrapped


def _data_key(sha256: str, raw: bytes) -> bytes:
    if len(raw) < OVERHEAD or raw[:3] != MAGIC[:3]:
        raise BlobBroken(
            sha256, f"Die Ablagedatei {sha256} ist beschädigt. Bitte aus der Sicherung zurückholen."
        )
    if raw[: len(MAGIC)] != MAGIC:
        raise BlobBroken(sha256, f"Die Ablagedatei {sha256} hat das unbekannte Format {raw[3]}.")
    master = keys.key_with(raw[MARK])
    if master is None:
        raise BlobBroken(
            sha256,
            f"Die Ablagedatei {sha256} gehört zu einem anderen Schlüssel. Bitte RATHAUS_BLOB_KEY prüfen.",
        )
    wrap = raw[WRAP]
    try:
        return AESGCM(master).decrypt(wrap[:NONCE], wrap[NONCE:], _bound(sha256))
    except InvalidTag:
        raise _changed(sha256) from None


def _bound(sha256: str) -> bytes:
    return MAGIC + bytes.fromhex(sha256)


def _changed(sha256: str) -> BlobBroken:
    return BlobBroken(
        sha256,
        f"Die Ablagedatei {sha256} ist verändert oder beschädigt. Bitte aus der Sicherung zurückholen.",
    )
