"""Regular expressions of XPath (DMN 1.5, 10.3.4.3) for Python's `re`, which they must not bring to a halt.

The pattern is read, rewritten for `re`, and its attempts are estimated from above for the length of the
input: `re` goes back over its choices, so nested repetition takes exponential time. Too much is refused.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache

from .errors import NOWHERE, FeelNull
from .patternclasses import ESCAPES, block_or_category
from .runtime import Run

Cost = Callable[[float], float]
_MANY = 1e18
_QUANTIFIER = re.compile(r"[*+?]|\{([0-9]{1,4})(?:(,)([0-9]{1,4})?)?\}")
_REFERENCE = re.compile(r"\\(.)|\$([0-9]+)|([\\$])", re.DOTALL)
_LITERAL_ESCAPES = "\\|.-^?*+{}()[]$"
_MAX_NESTING = 20
_ATTEMPTS_PER_STEP = 1000


def _one(length: float) -> float:
    return 1.0


@dataclass(frozen=True, slots=True)
class _Part:
    """A piece of the rewritten pattern with the number of ways it may match."""

    text: str
    cost: Cost = _one
    single: bool = True


class _Reader:
    def __init__(self, pattern: str) -> None:
        self.pattern = pattern
        self.position = 0
        self.groups = 0
        self.closed: set[int] = set()
        self.nesting = 0

    def peek(self) -> str:
        return self.pattern[self.position : self.position + 1]

    def take(self) -> str:
        mark = self.peek()
        if not mark:
            raise FeelNull("Das Muster hört zu früh auf.")
        self.position += 1
        return mark

    def whole(self) -> _Part:
        part = self.branches()
        if self.peek():
            raise FeelNull("Im Muster steht eine Klammer zu viel.")
        return part

    def branches(self) -> _Part:
        parts = [self.sequence()]
        while self.peek() == "|":
            self.take()
            parts.append(self.sequence())
        if len(parts) == 1:
            return parts[0]
        costs = [part.cost for part in parts]
        return _Part("|".join(part.text for part in parts), lambda n: sum(cost(n) for cost in costs))

    def sequence(self) -> _Part:
        parts: list[_Part] = []
        while self.peek() not in ("", "|", ")"):
            atom = self.atom()
            part = self.repeated(atom)
            if self.nesting == 0 and self.peek() in ("", "|") and atom.cost is _one and atom.single:
                # Nothing follows that could fail, so the last repetition is never taken back.
                part = _Part(part.text)
            parts.append(part)
        costs = [part.cost for part in parts if part.cost is not _one]
        text = "".join(part.text for part in parts)
        if not costs:
            return _Part(text)
        return _Part(text, lambda n: _product(costs, n))

    def repeated(self, atom: _Part) -> _Part:
        match = _QUANTIFIER.match(self.pattern, self.position)
        if match is None:
            if self.peek() == "{":
                raise FeelNull("Im Muster steht { ohne Anzahl.")
            return atom
        self.position = match.end()
        lazy = self.peek() == "?"
        text = atom.text + match.group() + (self.take() if lazy else "")
        if self.peek() in ("*", "+", "?", "{") and self.peek():
            raise FeelNull("Im Muster folgen zwei Wiederholungen aufeinander.")
        low, high = _bounds(match)
        return _Part(text, _repetition(atom, low, high))

    def atom(self) -> _Part:
        mark = self.take()
        if mark == "(":
            return self.group()
        if mark == "[":
            return _Part(self.char_class())
        if mark == "\\":
            return self.escape()
        if mark == ".":
            return _Part("\0DOT")
        if mark in "^$":
            return _Part(f"\0{'START' if mark == '^' else 'END'}")
        if mark in "*+?{}]":
            raise FeelNull(f"Das Zeichen {mark} steht im Muster an falscher Stelle.")
        return _Part(re.escape(mark))

    def group(self) -> _Part:
        self.nesting += 1
        if self.nesting > _MAX_NESTING:
            raise FeelNull("Das Muster ist zu tief verschachtelt.")
        capturing = not self.pattern.startswith("?:", self.position)
        if capturing:
            self.groups += 1
            number = self.groups
        else:
            self.position += 2
        inner = self.branches()
        if self.take() != ")":
            raise FeelNull("Im Muster fehlt eine schließende Klammer.")
        self.nesting -= 1
        if capturing:
            self.closed.add(number)
        return _Part(f"({'' if capturing else '?:'}{inner.text})", inner.cost, False)

    def escape(self) -> _Part:
        mark = self.take()
        if mark.isdigit():
            return self.back_reference(mark)
        return _Part(f"[{self.class_escape(mark)}]" if mark not in "DSWICP" else self.negated(mark))

    def back_reference(self, first: str) -> _Part:
        number = first
        while self.peek().isdigit() and int(number + self.peek()) <= self.groups:
            number += self.take()
        if int(number) not in self.closed:
            raise FeelNull(f"Das Muster verweist auf die Gruppe {number}, die es davor nicht gibt.")
        return _Part(f"(?:\\{number})", _one, False)

    def negated(self, mark: str) -> str:
        return f"[^{self.class_escape(mark.lower())}]"

    def class_escape(self, mark: str) -> str:
        """What an escape stands for inside [ ] of Python."""
        if mark in _LITERAL_ESCAPES:
            return re.escape(mark)
        if mark in "nrt":
            return f"\\{mark}"
        if mark in "p":
            return block_or_category(self.braces())
        found = ESCAPES.get(mark)
        if found is None:
            raise FeelNull(f"Das Muster enthält \\{mark}, das es nicht gibt.")
        return found

    def braces(self) -> str:
        end = self.pattern.find("}", self.position)
        if self.peek() != "{" or end < 0:
            raise FeelNull("Nach \\p muss eine Angabe in geschweiften Klammern stehen.")
        name = self.pattern[self.position + 1 : end]
        self.position = end + 1
        return name

    def char_class(self) -> str:
        """A class in [ ]; the subtraction [a-z-[aeiou]] becomes a look ahead."""
        negated = self.peek() == "^"
        if negated:
            self.take()
        items = ""
        excluded = ""
        while self.peek() != "]" or not items:
            if self.pattern.startswith("-[", self.position):
                self.position += 2
                excluded = f"(?!{self.char_class()})"
                break
            items += self.class_item()
        if self.take() != "]" or not items:
            raise FeelNull("Im Muster ist eine eckige Klammer nicht richtig geschlossen.")
        return f"(?:{excluded}[{'^' if negated else ''}{items}])" if excluded else f"[{'^' * negated}{items}]"

    def class_item(self) -> str:
        mark = self.take()
        if mark == "[":
            raise FeelNull("Im Muster steht [ in einer eckigen Klammer; bitte \\[ schreiben.")
        low = self.class_char(mark)
        if self.peek() != "-" or self.pattern[self.position + 1 : self.position + 2] in ("]", "["):
            return low
        if mark == "-":
            return low
        self.take()
        high = self.class_char(self.take())
        return f"{low}-{high}"

    def class_char(self, mark: str) -> str:
        if mark != "\\":
            return "\\" + mark if mark in "\\^-[]&~|" else mark
        escape = self.take()
        if escape.isdigit():
            raise FeelNull("In eckigen Klammern kann das Muster nicht auf eine Gruppe verweisen.")
        if escape in "DSWICP":
            return complement(self.class_escape(escape.lower()))
        return self.class_escape(escape)


@lru_cache(maxsize=32)
def complement(items: str) -> str:
    """The characters that a class does not hold, as items of a class."""
    chosen = re.compile(f"[^{items}]")
    ranges: list[str] = []
    for code in range(0x3000):
        if chosen.match(chr(code)):
            ranges.append(f"\\u{code:04x}")
    return "".join(ranges) + "\u3000-\U0010ffff"


def _bounds(match: re.Match[str]) -> tuple[int, float]:
    mark = match.group()
    if mark[0] != "{":
        return (1 if mark[0] == "+" else 0), (1 if mark[0] == "?" else _MANY)
    low = int(match.group(1))
    if match.group(2) is None:
        return low, low
    high = int(match.group(3)) if match.group(3) else _MANY
    if high < low:
        raise FeelNull("Im Muster ist die obere Anzahl kleiner als die untere.")
    return low, high


def _product(costs: list[Cost], length: float) -> float:
    result = 1.0
    for cost in costs:
        result = min(result * cost(length), _MANY)
    return result


def _repetition(atom: _Part, low: int, high: float) -> Cost:
    # A group of fixed length still has to be walked `low` times, even when it matches nothing.
    walks = 1 if atom.single else max(low, 1)

    def cost(length: float) -> float:
        times = max(low, min(high, length))
        choices = max(times - low, 0) + 1
        each = atom.cost(length)
        if each <= 1:
            return choices * walks
        return _MANY if times > 64 else min(choices * walks * each**times, _MANY)

    return cost


@lru_cache(maxsize=256)
def _translate(pattern: str, flags: str) -> tuple[re.Pattern[str], Cost]:
    if set(flags) - set("smix"):
        raise FeelNull(f"Die Schalter „{flags}“ gibt es nicht; erlaubt sind s, m, i und x.")
    reader = _Reader(_without_blanks(pattern) if "x" in flags else pattern)
    part = reader.whole()
    text = part.text.replace("\0DOT", "." if "s" in flags else r"[^\n\r]")
    text = text.replace("\0START", "^" if "m" in flags else r"\A").replace(
        "\0END", "$" if "m" in flags else r"\Z"
    )
    options = re.DOTALL if "s" in flags else re.NOFLAG
    options |= re.MULTILINE if "m" in flags else re.NOFLAG
    options |= re.IGNORECASE if "i" in flags else re.NOFLAG
    starts_fixed = part.text.startswith("\0START") and "m" not in flags and "|" not in part.text
    try:
        compiled = re.compile(text, options)
    except (re.error, OverflowError, RecursionError):
        raise FeelNull("Das Muster ist nicht richtig aufgebaut.") from None
    return compiled, part.cost if starts_fixed else lambda n: part.cost(n) * max(n, 1)


def _without_blanks(pattern: str) -> str:
    """Flag x: blanks count only inside [ ]."""
    kept: list[str] = []
    depth = 0
    escaped = False
    for mark in pattern:
        if not escaped:
            depth += (mark == "[") - (mark == "]" and depth > 0)
        if depth or mark not in " \t\n\r":
            kept.append(mark)
            escaped = mark == "\\" and not escaped
    return "".join(kept)


def compile_pattern(pattern: str, flags: str, run: Run, length: int) -> re.Pattern[str]:
    """The pattern for inputs of `length`. Raises FeelNull if it is wrong, FeelLimitError if costly."""
    limits = run.limits
    if len(pattern) > limits.pattern_size:
        raise NOWHERE.limit(f"Das Muster hat mehr als {limits.pattern_size} Zeichen. Bitte kürzen.")
    compiled, cost = _translate(pattern, flags)
    attempts = cost(float(length))
    if attempts > limits.pattern_cost:
        raise NOWHERE.limit(
            f"Das Muster „{pattern[:40]}“ wäre für einen Text von {length} Zeichen zu aufwendig. "
            "Bitte Wiederholungen wie (a+)+ oder mehrere * hintereinander vermeiden."
        )
    run.charge(int(attempts) // _ATTEMPTS_PER_STEP)
    return compiled


def replace_all(compiled: re.Pattern[str], replacement: str, text: str, run: Run) -> str:
    """Each match replaced; $1 stands for a group, $0 for the whole match (XPath fn:replace)."""
    if compiled.search("") is not None:
        raise FeelNull(
            "Das Muster passt auch auf leeren Text. Bitte so ändern, dass es mindestens ein Zeichen verlangt."
        )
    pieces = _replacement_pieces(replacement, compiled.groups)
    parts: list[str] = []
    begin = 0
    for match in compiled.finditer(text):
        parts.append(text[begin : match.start()])
        parts.extend((match.group(piece) or "") if isinstance(piece, int) else piece for piece in pieces)
        begin = match.end()
        run.text_room(sum(map(len, parts[-1 - len(pieces) :])))
    parts.append(text[begin:])
    run.text_room(sum(map(len, parts)))
    return "".join(parts)


def _replacement_pieces(replacement: str, groups: int) -> list[str | int]:
    pieces: list[str | int] = []
    begin = 0
    for match in _REFERENCE.finditer(replacement):
        pieces.append(replacement[begin : match.start()])
        begin = match.end()
        if match.group(3) or match.group(1) not in (None, "$", "\\"):
            raise FeelNull("Im Ersatztext muss $ als \\$ und \\ als \\\\ geschrieben werden.")
        pieces.extend(_reference(match, groups))
    pieces.append(replacement[begin:])
    return pieces


def _reference(match: re.Match[str], groups: int) -> list[str | int]:
    if match.group(1):
        return [match.group(1)]
    digits = match.group(2)
    tail = ""
    while len(digits) > 1 and int(digits) > groups:
        digits, tail = digits[:-1], digits[-1] + tail
    return [int(digits) if int(digits) <= groups else "", tail]
