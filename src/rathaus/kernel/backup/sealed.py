"""Files of a backup: compressed, then encrypted in pieces, so that any size goes through little memory.

``RHS`` + version 1 | key fingerprint (8) | salt (16) | pieces of length (4) + AES-GCM ciphertext. The nonce counts the
pieces and marks the last one, so that pieces can be neither exchanged nor left out.
"""

from __future__ import annotations

import hashlib
import secrets
import zlib
from collections.abc import Iterator
from typing import BinaryIO

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from .. import keys
from .errors import BackupError

MAGIC = b"RHS\x01"
MARK, SALT, LENGTH, TAG = 8, 16, 4, 16
PIECE = 1 << 20
LEVEL = 1


class SealedWriter:
    """Write plain bytes, get a sealed file. ``close`` ends it; ``size`` and ``sha256`` are those of the file."""

    def __init__(self, file: BinaryIO) -> None:
        master, salt = keys.master_key(), secrets.token_bytes(SALT)
        self._file = file
        self._cipher = _cipher(master, salt)
        self._packer = zlib.compressobj(LEVEL)
        self._waiting = bytearray()
        self._count = 0
        self._digest = hashlib.sha256()
        self.size = 0
        self._put(MAGIC + keys.fingerprint(master) + salt)

    def write(self, data: bytes | memoryview) -> None:
        self._waiting += self._packer.compress(data)
        while len(self._waiting) > PIECE:
            self._seal(bytes(self._waiting[:PIECE]), is_last=False)
            del self._waiting[:PIECE]

    def close(self) -> None:
        self.write(b"")
        self._waiting += self._packer.flush()
        while len(self._waiting) > PIECE:
            self._seal(bytes(self._waiting[:PIECE]), is_last=False)
            del self._waiting[:PIECE]
        self._seal(bytes(self._waiting), is_last=True)

    @property
    def sha256(self) -> str:
        return self._digest.hexdigest()

    def _seal(self, piece: bytes, *, is_last: bool) -> None:
        sealed = self._cipher.encrypt(_nonce(self._count, is_last), piece, MAGIC)
        self._put(len(sealed).to_bytes(LENGTH, "big") + sealed)
        self._count += 1

    def _put(self, raw: bytes) -> None:
        self._file.write(raw)
        self._digest.update(raw)
        self.size += len(raw)


def unsealed(file: BinaryIO, name: str) -> Iterator[bytes]:
    """The plain bytes in parts. Raises BackupError where the file is not what was written."""
    head = file.read(len(MAGIC) + MARK + SALT)
    master = keys.key_with(head[len(MAGIC) : len(MAGIC) + MARK]) if head[: len(MAGIC)] == MAGIC else None
    if master is None:
        raise BackupError(f"{name} ist beschädigt oder gehört zu einem anderen Schlüssel.")
    cipher, unpacker, count = _cipher(master, head[-SALT:]), zlib.decompressobj(), 0
    piece = _piece(file, name)
    while True:
        following = _piece(file, name)
        try:
            packed = cipher.decrypt(_nonce(count, following is None), piece or b"", MAGIC)
            yield unpacker.decompress(packed)
        except (InvalidTag, zlib.error):
            raise BackupError(f"{name} ist beschädigt. Bitte eine andere Sicherung nehmen.") from None
        if following is None:
            break
        piece, count = following, count + 1
    if not unpacker.eof:
        raise BackupError(f"{name} ist unvollständig. Bitte eine andere Sicherung nehmen.")


def _piece(file: BinaryIO, name: str) -> bytes | None:
    length = file.read(LENGTH)
    if not length:
        return None
    size = int.from_bytes(length, "big")
    if len(length) < LENGTH or not TAG <= size <= PIECE + TAG:
        raise BackupError(f"{name} ist beschädigt. Bitte eine andere Sicherung nehmen.")
    return file.read(size)


def _cipher(master: bytes, salt: bytes) -> AESGCM:
    return AESGCM(keys.derive(master, f"backup file 1 {salt.hex()}"))


def _nonce(count: int, is_last: bool) -> bytes:
    return count.to_bytes(11, "big") + bytes([is_last])
