"""Makes any text fit for a PDF/A: no control characters, always a place to break, a box for what no font can show."""

from __future__ import annotations

import re
import unicodedata

REPLACEMENT = "□"
LONGEST_RUN = 40
_BREAK_EVERY = 20
_ZERO_WIDTH_SPACE = "\u200b"
_LONG_RUN = re.compile(rf"[^\s\u200b]{{{LONGEST_RUN + 1},}}")
# § and its number, amount and currency sign, 3. Absatz: not parted at the end of a line (DIN 5008).
_KEPT_TOGETHER = re.compile(r"(?<=[§€]) (?=\d)|(?<=\d) (?=€)|(?<=(?:Abs|Art)\.) (?=\d)|(?<=Nr\.) (?=\d)")
_LINE_ENDS = re.compile(r"\r\n?|[\u2028\u2029\x0b\x0c\x85]")
# Only these of the invisible format characters have a use in words; direction overrides could show a text falsely.
_KEPT_FORMATS = {"\u200b", "\u200c", "\u200d", "\u00ad"}
_REFUSED_CATEGORIES = {"Cc", "Cs", "Co", "Cn"}


def printable(text: str, undisplayable: frozenset[str] = frozenset()) -> str:
    """The text with each character that cannot be printed left out (invisible ones) or shown as a box."""
    text = _LINE_ENDS.sub("\n", unicodedata.normalize("NFC", text))
    if not text.isascii() or not text.isprintable():
        text = "".join(_shown(character, undisplayable) for character in text)
    return _LONG_RUN.sub(_breakable, _KEPT_TOGETHER.sub("\u00a0", text))


def _shown(character: str, undisplayable: frozenset[str]) -> str:
    if character in undisplayable:
        return REPLACEMENT
    category = unicodedata.category(character)
    if character == "\t":
        return " "
    if character == "\n":
        return character
    if category == "Cc" or (category == "Cf" and character not in _KEPT_FORMATS):
        return ""
    return REPLACEMENT if category in _REFUSED_CATEGORIES else character


def basic(text: str) -> str:
    """The last resort: letters that every font of ours has, everything else as a box."""
    return "".join(
        character
        if character.isascii() or "\u00a0" <= character <= "\u017f" or character in "–—„“”‚‘’…€"
        else REPLACEMENT
        for character in printable(text)
    )


def _breakable(match: re.Match[str]) -> str:
    run = match.group()
    return _ZERO_WIDTH_SPACE.join(
        run[start : start + _BREAK_EVERY] for start in range(0, len(run), _BREAK_EVERY)
    )
