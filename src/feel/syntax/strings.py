"""String literals and their escapes (DMN 1.5, 10.3.1.2 rules 35, 64 and 65)."""

from __future__ import annotations

import re

STRING = re.compile(r'"((?:[^"\\]|\\.)*)"', re.DOTALL)
_ESCAPE = re.compile(r"\\(?:U([0-9A-Fa-f]{6})|u([0-9A-Fa-f]{4})|(.))", re.DOTALL)
_SURROGATES = re.compile("([\ud800-\udbff])([\udc00-\udfff])")
_LONE = re.compile("[\ud800-\udfff]")
_SIMPLE = {"n": "\n", "r": "\r", "t": "\t", '"': '"', "'": "'", "\\": "\\"}


def unescape(body: str) -> str:
    """The text between the quotes, escapes worked out; unknown ones stay, for regular expressions."""
    if "\\" not in body:
        return body
    text = _SURROGATES.sub(_pair, _ESCAPE.sub(_replacement, body))
    return _LONE.sub("\ufffd", text)


def _replacement(match: re.Match[str]) -> str:
    code = match.group(1) or match.group(2)
    if code is None:
        return _SIMPLE.get(match.group(3), match.group())
    number = int(code, 16)
    return chr(number) if number <= 0x10FFFF else "\ufffd"


def _pair(match: re.Match[str]) -> str:
    high, low = ord(match.group(1)), ord(match.group(2))
    return chr(0x10000 + ((high - 0xD800) << 10) + (low - 0xDC00))
