"""The format on disk: a random data key for each content, wrapped by the town's master key.

``RHB`` + version 1 | key fingerprint (8) | nonce (12) + wrapped data key (48) | nonce (12) | ciphertext + tag

The SHA-256 of the plain bytes is authenticated as well, so a file under another's name does not open.
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
HEADER = len(MAGIC) + FINGERPRINT + NONCE + WRAPPED + NONCE
OVERHEAD = HEADER + TAG


def seal(sha256: str, data: bytes) -> bytes:
    """Encrypt content for the disk."""
    master = keys.master_key()
    data_key, wrap_nonce, data_nonce = (secrets.token_bytes(n) for n in (KEY, NONCE, NONCE))
    bound = MAGIC + bytes.fromhex(sha256)
    wrapped = AESGCM(master).encrypt(wrap_nonce, data_key, bound)
    sealed = AESGCM(data_key).encrypt(data_nonce, data, bound)
    return b"".join((MAGIC, keys.fingerprint(master), wrap_nonce, wrapped, data_nonce, sealed))


def unseal(sha256: str, raw: bytes) -> bytes:
    """The plain bytes. Raises BlobBroken, which says what is the matter."""
    if len(raw) < OVERHEAD or raw[:3] != MAGIC[:3]:
        raise BlobBroken(
            sha256, f"Die Ablagedatei {sha256} ist beschädigt. Bitte aus der Sicherung zurückholen."
        )
    if raw[: len(MAGIC)] != MAGIC:
        raise BlobBroken(sha256, f"Die Ablagedatei {sha256} hat das unbekannte Format {raw[3]}.")
    master = keys.master_key()
    position = len(MAGIC)
    mark, position = raw[position : position + FINGERPRINT], position + FINGERPRINT
    if mark != keys.fingerprint(master):
        raise BlobBroken(
            sha256,
            f"Die Ablagedatei {sha256} gehört zu einem anderen Schlüssel. Bitte RATHAUS_BLOB_KEY prüfen.",
        )
    wrap_nonce, position = raw[position : position + NONCE], position + NONCE
    wrapped, position = raw[position : position + WRAPPED], position + WRAPPED
    data_nonce, position = raw[position : position + NONCE], position + NONCE
    bound = MAGIC + bytes.fromhex(sha256)
    try:
        data_key = AESGCM(master).decrypt(wrap_nonce, wrapped, bound)
        return AESGCM(data_key).decrypt(data_nonce, memoryview(raw)[position:], bound)
    except InvalidTag:
        raise BlobBroken(
            sha256,
            f"Die Ablagedatei {sha256} ist verändert oder beschädigt. Bitte aus der Sicherung zurückholen.",
        ) from None
