"""Why a file is refused, as stable codes; the words for people are in ``services.uploads``."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Reason(StrEnum):
    WRONG_TYPE = "wrong_type"
    BROKEN = "broken"
    FOREIGN = "foreign"
    ENCRYPTED = "encrypted"
    ACTIVE = "active"
    EMBEDDED = "embedded"
    EXTERNAL = "external"
    BOMB = "bomb"
    PIXELS = "pixels"
    COSTLY = "costly"
    UNAVAILABLE = "unavailable"


class Refusal(Exception):
    """The file is not taken. ``detail`` is for the log, never for people: it may quote the file."""

    def __init__(self, reason: Reason, detail: str = "") -> None:
        super().__init__(f"{reason}: {detail}")
        self.reason = reason
        self.detail = detail


@dataclass(frozen=True, slots=True)
class Inspected:
    """What may be stored: the bytes as sent, or a picture written anew."""

    content: bytes
