"""The stamp of an entry: proves who wrote it and in which order, from the moment it is written until it is sealed.

``writer:number:mac``. The writer is drawn anew for each thread of each process, and counts its entries; whoever has
the database only can neither write a stamp nor move one to another entry.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import os
import secrets
import threading
from datetime import UTC, datetime

from .. import keys

WRITER_BYTES = 6


class _Writer(threading.local):
    """The name of this thread as a writer; another after a fork, as both would count on."""

    def __init__(self) -> None:
        self.process = 0
        self.name = ""
        self.number = 0

    def next(self) -> tuple[str, int]:
        if self.process != os.getpid():
            self.process, self.number = os.getpid(), 0
            self.name = secrets.token_hex(WRITER_BYTES)
        self.number += 1
        return self.name, self.number


_writer = _Writer()


def moment_of(at: datetime) -> str:
    """A moment as seals and stamps cover it: UTC, to the microsecond."""
    return at.astimezone(UTC).isoformat(timespec="microseconds")


def new_stamp(at: str, actor: str, action: str, subject: str, details: str) -> str:
    """The stamp for an entry that is being written; ``at`` by ``moment_of``."""
    name, number = _writer.next()
    return f"{name}:{number}:{_mac(name, number, (at, actor, action, subject, details))}"


def order_of(stamp: str, fields: tuple[object, ...]) -> tuple[str, int] | None:
    """Writer and number of an entry with these fields, or None where the stamp does not belong to it."""
    name, _, rest = stamp.partition(":")
    digits, _, mac = rest.partition(":")
    if not digits.isdecimal() or len(digits) > 18:
        return None
    number = int(digits)
    return (name, number) if hmac.compare_digest(_mac(name, number, fields).encode(), mac.encode()) else None


def _mac(name: str, number: int, fields: tuple[object, ...]) -> str:
    text = json.dumps([name, number, *fields], default=repr)
    return hmac.digest(keys.kept_key(keys.AUDIT_STAMP), text.encode(), hashlib.sha256).hex()
