"""Plain text: readable characters, and not a page or a program under another name."""

from __future__ import annotations

import re

from .verdicts import Reason, Refusal

_ACTIVE = re.compile(
    rb"<(?:!doctype|html|head|body|script|svg|iframe|\?php|\?xml|object|embed)|#!|MZ|\x7fELF|%PDF-|\{\\rtf",
    re.I,
)


def check(data: bytes) -> None:
    """Raises Refusal for what is no text in UTF-8 or Latin-1, or begins as something that runs."""
    start = data[:4096].lstrip(b"\xef\xbb\xbf \t\r\n")
    if b"\x00" in data or _ACTIVE.match(start):
        raise Refusal(Reason.WRONG_TYPE)
    try:
        data.decode("utf-8-sig")
    except UnicodeDecodeError:
        forbidden = rb"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]"
    else:
        forbidden = rb"[\x00-\x08\x0b\x0e-\x1f\x7f]"
    if re.search(forbidden, data):
        raise Refusal(Reason.WRONG_TYPE)
