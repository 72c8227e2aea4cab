"""The end of the chain outside the database: signed, so that it can be given away and nobody can make up another.

The signature is Ed25519. Whoever has the public key (``rathaus audit key``) can check it without the town's secrets.
"""

from __future__ import annotations

import base64
import binascii
import json
import os
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from django.conf import settings

from .. import clock, keys
from ..findings import Finding
from .sealing import Head, head

FORMAT = "rathaus.audit-head/1"
SIGNED = ("format", "town", "position", "digest", "made_at")
MAX_BYTES = 10_000


class InvalidHead(Exception):
    """The file is no head of this town's chain; the message is German and says why."""


@dataclass(frozen=True, slots=True)
class SignedHead:
    """A head as it was given out."""

    head: Head
    made_at: str
    place: str


def public_key() -> str:
    """The key that proves our signatures: 32 bytes in base64."""
    return _base64(_signing_key().public_key().public_bytes_raw())


def _signing_key() -> Ed25519PrivateKey:
    return Ed25519PrivateKey.from_private_bytes(keys.kept_key(keys.AUDIT_HEAD))


def signed_text(end: Head, moment: datetime) -> str:
    """The head as JSON with its signature and the public key."""
    data: dict[str, Any] = {
        "format": FORMAT, "town": settings.RATHAUS_PUBLIC_URL, "position": end.position, "digest": end.digest,
        "made_at": moment.isoformat(timespec="seconds"),
    }  # fmt: skip
    signature = _base64(_signing_key().sign(_signed_bytes(data)))
    return json.dumps({**data, "key": public_key(), "signature": signature}, indent=1) + "\n"


def read_head(text: str, place: str) -> SignedHead:
    """Check what ``signed_text`` wrote. Raises InvalidHead."""
    try:
        data = json.loads(text)
        wanted = {name: data[name] for name in SIGNED}
        end = Head(int(data["position"]), str(data["digest"]))
        signature = base64.b64decode(data["signature"], validate=True)
    except (ValueError, KeyError, TypeError, binascii.Error, RecursionError):
        raise InvalidHead("Das ist kein Kettenende, oder die Datei ist beschädigt.") from None
    if data["format"] != FORMAT or data.get("key") != public_key():
        raise InvalidHead("Das Kettenende stammt nicht von diesem Rathaus (anderer Schlüssel).")
    try:
        Ed25519PublicKey.from_public_bytes(base64.b64decode(public_key())).verify(
            signature, _signed_bytes(wanted)
        )
    except InvalidSignature:
        raise InvalidHead("Die Unterschrift stimmt nicht: Das Kettenende wurde verändert.") from None
    return SignedHead(end, str(data["made_at"]), place)


def read_file(path: Path) -> SignedHead:
    """The head in a file. Raises InvalidHead, also where the file cannot be read."""
    try:
        with path.open("rb") as file:
            raw = file.read(MAX_BYTES)
        return read_head(raw.decode(), path.name)
    except OSError as error:
        raise InvalidHead(f"Die Datei lässt sich nicht lesen: {error.strerror}.") from None
    except UnicodeDecodeError:
        raise InvalidHead("Das ist kein Kettenende, oder die Datei ist beschädigt.") from None


def folder() -> Path:
    return Path(settings.AUDIT_HEAD_DIR)


def exported() -> tuple[list[SignedHead], list[Finding]]:
    """All heads in the folder, oldest first, and what is wrong with its files."""
    found: list[SignedHead] = []
    findings: list[Finding] = []
    for path in sorted(folder().glob("*.json")):
        try:
            found.append(read_file(path))
        except InvalidHead as error:
            findings.append(Finding(path.name, "audit.head_invalid", str(error)))
    return sorted(found, key=lambda item: item.head.position), findings


def export() -> Path | None:
    """Write the present head into the folder; returns the file, None while the chain is empty."""
    end, moment = head(), clock.wall()
    if not end.position:
        return None
    target = folder() / f"{moment:%Y-%m-%d}-{end.position:012d}.json"
    if not target.exists():
        target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        write_synced(target, signed_text(end, moment).encode())
    return target


def set_aside(beyond: int, name: str) -> int:
    """Move heads beyond a position into a folder below: a backup was restored that is older than they are."""
    later = [item for item in exported()[0] if item.head.position > beyond]
    if later:
        (folder() / name).mkdir(exist_ok=True, mode=0o700)
    for item in later:
        (folder() / item.place).replace(folder() / name / item.place)
    return len(later)


def write_synced(target: Path, content: bytes) -> None:
    """Write a file whole or not at all."""
    beside = target.with_name(f".{target.name}.{os.getpid()}")
    with beside.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    beside.replace(target)


def _signed_bytes(data: dict[str, Any]) -> bytes:
    return json.dumps([data[name] for name in SIGNED], ensure_ascii=True).encode()


def _base64(raw: bytes) -> str:
    return base64.b64encode(raw).decode()
