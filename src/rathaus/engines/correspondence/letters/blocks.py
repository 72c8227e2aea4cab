"""``::: wenn … ::: sonst … :::`` and ``::: fuer x in liste … :::``: cuts the body into a tree of line groups."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from .problems import Place, Problem

_FENCE = re.compile(r"^[ \t]{0,3}:::[ \t]*(?P<rest>.*?)[ \t]*$")
_LOOP = re.compile(r"^(?P<variable>[^\W\d]\w*)[ \t]+in[ \t]+(?P<collection>.+)$")
MAX_DEPTH = 10


@dataclass(slots=True)
class Lines:
    """Markdown between two fences; `line` is the number of the first."""

    line: int
    lines: list[str] = field(default_factory=list)


@dataclass(slots=True)
class Condition:
    """The text of a FEEL condition and where it stands."""

    source: str
    place: Place


@dataclass(slots=True)
class ChoiceBlock:
    place: Place
    branches: list[tuple[Condition, list[Part]]] = field(default_factory=list)
    otherwise: list[Part] | None = None


@dataclass(slots=True)
class LoopBlock:
    place: Place
    variable: str
    collection: Condition
    parts: list[Part] = field(default_factory=list)


Part = Lines | ChoiceBlock | LoopBlock


def split_blocks(body: str, first_line: int) -> tuple[list[Part], list[Problem]]:
    """The parts of a body whose first line has this number in the file."""
    splitter = _Splitter()
    for number, line in enumerate(body.split("\n"), first_line):
        fence = _FENCE.match(line)
        if fence is None:
            splitter.text(number, line)
        else:
            splitter.fence(
                Place(number, line.index(":::") + 1), Place(number, fence.start("rest") + 1), fence["rest"]
            )
    splitter.finish()
    return splitter.root, splitter.problems


class _Splitter:
    def __init__(self) -> None:
        self.root: list[Part] = []
        self.problems: list[Problem] = []
        self._open: list[ChoiceBlock | LoopBlock] = []
        self._targets: list[list[Part]] = [self.root]

    def text(self, number: int, line: str) -> None:
        target = self._targets[-1]
        if not target or not isinstance(target[-1], Lines):
            target.append(Lines(number))
        last = target[-1]
        if isinstance(last, Lines):
            last.lines.append(line)

    def fence(self, place: Place, rest_place: Place, rest: str) -> None:
        word, _, argument = rest.partition(" ")
        condition = Condition(
            argument.strip(), Place(rest_place.line, rest_place.column + len(rest) - len(argument))
        )
        match word:
            case "":
                self._close(place)
            case "wenn":
                self._open_choice(place, condition)
            case "fuer" | "für":
                self._open_loop(place, condition)
            case "sonst":
                self._otherwise(place, condition)
            case _:
                self._problem(place, f"Der Block „{word}“ ist unbekannt. Möglich sind wenn, sonst und fuer.")

    def finish(self) -> None:
        for block in self._open:
            name = "wenn" if isinstance(block, ChoiceBlock) else "fuer"
            self._problem(
                block.place, f"Der Block „{name}“ wird nicht geschlossen. Ergänzen Sie eine Zeile mit :::"
            )

    def _open_choice(self, place: Place, condition: Condition) -> None:
        if not condition.source:
            self._problem(place, "Hinter „wenn“ fehlt die Bedingung, zum Beispiel ::: wenn steuer.betrag > 0")
        block = ChoiceBlock(place)
        branch: list[Part] = []
        block.branches.append((condition, branch))
        self._push(block, branch)

    def _open_loop(self, place: Place, condition: Condition) -> None:
        match = _LOOP.match(condition.source)
        if match is None:
            self._problem(place, "Schreiben Sie den Block so: ::: fuer hund in antrag.hunde")
            block = LoopBlock(place, "", Condition("null", condition.place))
        else:
            column = condition.place.column + match.start("collection")
            collection = Condition(match["collection"], Place(condition.place.line, column))
            block = LoopBlock(place, match["variable"], collection)
        self._push(block, block.parts)

    def _push(self, block: ChoiceBlock | LoopBlock, target: list[Part]) -> None:
        if len(self._open) < MAX_DEPTH:
            self._targets[-1].append(block)
        else:
            self._problem(block.place, f"Blöcke dürfen höchstens {MAX_DEPTH} tief geschachtelt sein.")
        self._open.append(block)
        self._targets.append(target)

    def _otherwise(self, place: Place, rest: Condition) -> None:
        block = self._open[-1] if self._open else None
        if not isinstance(block, ChoiceBlock) or block.otherwise is not None:
            self._problem(place, "„sonst“ steht nur einmal und nur innerhalb eines Blocks „wenn“.")
            return
        target: list[Part] = []
        word, _, argument = rest.source.partition(" ")
        if word == "wenn" and argument.strip():
            column = rest.place.column + len(rest.source) - len(argument)
            block.branches.append((Condition(argument.strip(), Place(place.line, column)), target))
        elif rest.source:
            self._problem(place, "Hinter „sonst“ steht nichts oder „wenn“ mit einer Bedingung.")
        else:
            block.otherwise = target
        self._targets[-1] = target

    def _close(self, place: Place) -> None:
        if not self._open:
            self._problem(
                place, "Hier wird ein Block geschlossen, der nicht geöffnet wurde. Löschen Sie die Zeile."
            )
            return
        self._open.pop()
        self._targets.pop()

    def _problem(self, place: Place, message: str) -> None:
        self.problems.append(Problem(place, "letter.block", message))
