"""``{{ FEEL | format }}`` inside a text.

Placeholders are cut out before Markdown is read and come back as leaves of the tree: neither a FEEL operator nor a
value can be mistaken for Markdown.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from .problems import Place, Problem

MARK_START, MARK_END = "\ue000", "\ue001"


@dataclass(frozen=True, slots=True)
class Slot:
    """A placeholder as written; `place` is where its FEEL text begins."""

    source: str
    format: str
    place: Place


@dataclass(slots=True)
class Cutter:
    """Cuts the placeholders out of a part of a letter and numbers them from `first` on."""

    first: int
    slots: list[Slot]
    problems: list[Problem]

    def cut(self, text: str, place: Place) -> str:
        """The text with a mark in place of each placeholder."""
        parts: list[str] = []
        position = 0
        while (start := text.find("{{", position)) >= 0:
            parts.append(text[position:start])
            end = _end_of_placeholder(text, start + 2)
            if end is None:
                self._problem(_shifted(place, text, start), "letter.placeholder", _UNCLOSED)
                return "".join(parts)
            parts.append(self._mark(text, start + 2, end, place))
            position = end + 2
        parts.append(text[position:])
        return "".join(parts)

    def _mark(self, text: str, start: int, end: int, place: Place) -> str:
        inner = text[start:end]
        source, format_name = split_format(inner)
        lead = len(source) - len(source.lstrip())
        slot_place = _shifted(place, text, start + lead)
        if not source.strip():
            self._problem(
                slot_place, "letter.placeholder", "Der Platzhalter ist leer. Schreiben Sie {{ Ausdruck }}."
            )
        self.slots.append(Slot(source.strip(), format_name, slot_place))
        return f"{MARK_START}{self.first + len(self.slots) - 1}{MARK_END}"

    def _problem(self, place: Place, rule: str, message: str) -> None:
        self.problems.append(Problem(place, rule, message))


_UNCLOSED = "Der Platzhalter wird nicht geschlossen. Ergänzen Sie }} am Ende."


def split_format(inner: str) -> tuple[str, str]:
    """``x | euro`` -> (``x ``, ``euro``); a bar inside a FEEL string does not count."""
    for position, character in reversed(list(_outside_strings(inner, 0))):
        if character == "|":
            return inner[:position], inner[position + 1 :].strip()
    return inner, ""


def _end_of_placeholder(text: str, start: int) -> int | None:
    depth = 0
    for position, character in _outside_strings(text, start):
        if character == "{":
            depth += 1
        elif character == "}":
            if depth == 0:
                return position if text.startswith("}}", position) else None
            depth -= 1
    return None


def _outside_strings(text: str, start: int) -> Iterator[tuple[int, str]]:
    """The characters outside of FEEL string literals, with their positions."""
    quoted = escaped = False
    for position in range(start, len(text)):
        character = text[position]
        if quoted:
            if escaped:
                escaped = False
            elif character == "\\":
                escaped = True
            elif character == '"':
                quoted = False
        elif character == '"':
            quoted = True
        else:
            yield position, character


def _shifted(place: Place, text: str, offset: int) -> Place:
    before = text[:offset]
    lines = before.count("\n")
    if lines == 0:
        return Place(place.line, place.column + offset)
    return Place(place.line + lines, offset - before.rfind("\n"))
