"""Names in scope, so that names with blanks are read as one (DMN 1.5, 10.3.1.4 and 10.3.1.5)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from functools import lru_cache

from ..limits import Limits
from .scanner import KEYWORDS, WORD, Complex, Scanner, tidy

PROPERTIES = frozenset({"time offset", "start included", "end included"})
MAX_LEARNED = 500
_ARGUMENT_NAME = re.compile(r"[^:()\[\]{}\"<>=,@?]+(?=:)")
_KEY = re.compile(r"[^:\[\]{}\",@?]+(?=:)")


@lru_cache(maxsize=256)
def _complex(names: frozenset[str]) -> Complex:
    return Complex(names)


class NameReader(Scanner):
    """A scanner that knows the names in scope."""

    def __init__(self, text: str, names: Iterable[str], members: frozenset[str], limits: Limits) -> None:
        super().__init__(text, limits)
        self._scopes = [_complex(frozenset(names))]
        self._members = [_complex(members | PROPERTIES)]
        self._learned = Complex(())
        self._members.append(self._learned)
        self._learned_count = 0
        self._in_filter = 0

    @contextmanager
    def growing(self) -> Iterator[Complex]:
        """A scope to which names are added inside the block."""
        scope = Complex(())
        self._scopes.append(scope)
        yield scope
        self._scopes.pop()

    @contextmanager
    def bound(self, *names: str) -> Iterator[None]:
        """The names are in scope inside the block."""
        self._scopes.append(Complex(names))
        yield
        self._scopes.pop()

    @contextmanager
    def filtering(self) -> Iterator[None]:
        """Inside a filter the entries of the items are in scope, whatever they are."""
        self._in_filter += 1
        yield
        self._in_filter -= 1

    def learn_member(self, name: str) -> None:
        self._learned_count += self._learned.add(name)
        if self._learned_count > MAX_LEARNED:
            raise self.place().limit(
                f"Mehr als {MAX_LEARNED} Einträge haben Namen aus mehreren Wörtern. Bitte aufteilen."
            )

    def _longest(self, groups: list[Complex]) -> tuple[str, int] | None:
        found = [group.match(self.text, self.position) for group in groups]
        return max((item for item in found if item), key=lambda item: item[1], default=None)

    def read_name(self) -> str | None:
        """The longest name in scope, else a single word; None when there is no name here."""
        self.skip()
        groups = self._scopes + self._members if self._in_filter else self._scopes
        best = self._longest(groups)
        word = WORD.match(self.text, self.position)
        if best is not None and (word is None or best[1] > word.end()):
            self.position = best[1]
            return best[0]
        if word is None or word.group() in KEYWORDS:
            return None
        self.position = word.end()
        return word.group()

    def read_member(self) -> str:
        """The name after a dot: the longest known one, else all the words that follow."""
        self.skip()
        best = self._longest(self._members + self._scopes)
        word = WORD.match(self.text, self.position)
        if best is not None and (word is None or best[1] > word.end()):
            self.position = best[1]
            return best[0]
        if word is None:
            raise self.unexpected("ein Name nach dem Punkt")
        words = [word.group()]
        self.position = word.end()
        while (follower := self.peek_word()) and follower not in KEYWORDS:
            words.append(follower)
            self.position += len(follower)
        return " ".join(words)

    def read_label(self, pattern: re.Pattern[str]) -> str | None:
        """A name that a colon follows, with the colon; None and no move when there is none."""
        match = pattern.match(self.text, self.skip())
        if match is None or not match.group().strip() or "/*" in match.group() or "//" in match.group():
            return None
        self.position = match.end() + 1
        return tidy(match.group())

    def read_argument_name(self) -> str | None:
        return self.read_label(_ARGUMENT_NAME)

    def read_key_name(self) -> str | None:
        return self.read_label(_KEY)

    def read_parameter_name(self) -> str:
        """A formal parameter or iteration variable: all the words up to what follows a name."""
        self.skip()
        word = WORD.match(self.text, self.position)
        if word is None or word.group() in KEYWORDS:
            raise self.unexpected("ein Name")
        words = [word.group()]
        self.position = word.end()
        while (follower := self.peek_word()) and follower != "in":
            words.append(follower)
            self.position += len(follower)
        return " ".join(words)
