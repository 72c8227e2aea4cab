"""Reading marks, words and names from the text.

FEEL has no fixed tokens: names may hold blanks and operators, so what a name is depends on the scope.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache

from ..errors import FeelSyntaxError, Place
from ..limits import Limits

BLANK = "\t\n\v\f\r \x85\u00a0\u1680\u180e\u2000-\u200b\u2028\u2029\u202f\u205f\u3000\ufeff"
_START = (
    "A-Z_a-z\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u02ff\u0370-\u037d\u037f-\u1fff\u200c-\u200d\u2070-\u218f"
    "\u2c00-\u2fef\u3001-\ud7ff\uf900-\ufdcf\ufdf0-\ufffd\U00010000-\U000effff"
)
_PART = _START + "0-9\u00b7\u0300-\u036f\u203f-\u2040"
_SPACE = re.compile(rf"(?:[{BLANK}]+|//[^\n\r]*|/\*.*?\*/)*", re.DOTALL)
WORD = re.compile(rf"[{_START}][{_PART}]*")
_AFTER_WORD = rf"(?![{_PART}])"
_SPLIT = re.compile(rf"[{_PART}]+|[^{_PART}{BLANK}]")

KEYWORDS = frozenset(
    {"if", "then", "else", "for", "return", "some", "every", "satisfies", "in", "and", "or", "between"}
    | {"instance", "function", "external", "true", "false", "null", "not"}
)
MARKS = ("...", "..", "**", "<=", ">=", "!=", "->")


@lru_cache(maxsize=4096)
def name_pattern(name: str) -> re.Pattern[str]:
    """Finds the name in a text whatever blanks stand between its parts."""
    blanks = f"[{BLANK}]"
    pattern = ""
    previous_is_word = False
    for part in _SPLIT.findall(name):
        is_word = WORD.match(part) is not None or part[0].isdigit()
        pattern += f"{blanks}{'+' if is_word and previous_is_word else '*'}" if pattern else ""
        pattern += re.escape(part)
        previous_is_word = is_word
    return re.compile(pattern + (_AFTER_WORD if previous_is_word else ""))


def is_word(name: str) -> bool:
    return WORD.fullmatch(name) is not None and name not in KEYWORDS


def tidy(name: str) -> str:
    """The name with single blanks, as names are compared (DMN 1.5, 10.3.1.2)."""
    return " ".join(name.split())


class Complex:
    """Names that are not single words, found by their longest match."""

    def __init__(self, names: Iterable[str]) -> None:
        self._by_first: dict[str, list[str]] = {}
        for name in names:
            self.add(name)

    def add(self, name: str) -> bool:
        """Know one more name; whether it is none of a single word, which needs no looking up."""
        if not name or is_word(name):
            return False
        self._by_first.setdefault(name[0], []).append(name)
        return True

    def match(self, text: str, position: int) -> tuple[str, int] | None:
        best: tuple[str, int] | None = None
        for name in self._by_first.get(text[position : position + 1], ()):
            found = name_pattern(name).match(text, position)
            if found is not None and (best is None or found.end() > best[1]):
                best = (name, found.end())
        return best


class Scanner:
    """A cursor over the text."""

    def __init__(self, text: str, limits: Limits) -> None:
        self.text = text
        self.limits = limits
        self.position = 0
        self.depth = 0
        if len(text) > limits.text_length:
            raise Place("", 0).limit(
                f"Der Ausdruck hat mehr als {limits.text_length} Zeichen. Bitte aufteilen."
            )

    def place(self, position: int | None = None) -> Place:
        return Place(self.text, self.position if position is None else position)

    def error(self, message: str, position: int | None = None) -> FeelSyntaxError:
        return self.place(position).syntax(message)

    def unexpected(self, wanted: str) -> FeelSyntaxError:
        self.skip()
        found = self.text[self.position : self.position + 20].split("\n")[0]
        what = f"„{found}“ steht hier an falscher Stelle" if found else "Der Ausdruck hört zu früh auf"
        return self.error(f"{what}. Erwartet wird {wanted}.")

    def skip(self) -> int:
        """Pass blanks and comments; gives the position."""
        match = _SPACE.match(self.text, self.position)
        if match is not None:
            self.position = match.end()
        if self.text.startswith("/*", self.position):
            raise self.error("Der Kommentar ist nicht geschlossen. Bitte */ ergänzen.")
        return self.position

    def peek(self) -> str:
        """The next mark or character, empty at the end."""
        position = self.skip()
        for mark in MARKS:
            if self.text.startswith(mark, position):
                return mark
        return self.text[position : position + 1]

    def accept(self, mark: str) -> bool:
        if self.peek() != mark:
            return False
        self.position += len(mark)
        return True

    def expect(self, mark: str) -> None:
        if not self.accept(mark):
            raise self.unexpected(f"„{mark}“")

    def peek_word(self) -> str:
        match = WORD.match(self.text, self.skip())
        return match.group() if match else ""

    def accept_word(self, *words: str) -> bool:
        """Pass the words if all of them follow."""
        start = self.position
        for word in words:
            if self.peek_word() != word:
                self.position = start
                return False
            self.position += len(word)
        return True

    def expect_word(self, word: str) -> None:
        if not self.accept_word(word):
            raise self.unexpected(f"„{word}“")

    def deeper(self) -> None:
        self.depth += 1
        if self.depth > self.limits.depth:
            raise self.place().limit(
                f"Der Ausdruck ist tiefer als {self.limits.depth} Ebenen verschachtelt. Bitte aufteilen."
            )
