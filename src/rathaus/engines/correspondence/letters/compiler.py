"""From a letter's text to its tree, with everything that is wrong with it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from ..enums import LetterKind, Remedy
from ..parties import EMPFAENGER_NAMES, STADT_NAMES
from .blocks import ChoiceBlock, Condition, Lines, LoopBlock, Part, split_blocks
from .expressions import Expression, Names, compile_at, names_at, unknown_names
from .formats import FORMATS
from .frontmatter import PlacedText, read_front_matter, split_sections
from .markdown import Reader
from .nodes import Block, Choice, Inline, Loop, Placeholder
from .placeholders import MARK_START, Cutter
from .problems import InvalidLetter, Place, Problem

MAX_CHARACTERS = 200_000
MAX_PROBLEMS = 100

# Known to every letter, whatever the service.
ALWAYS_KNOWN: Names = {
    "empfaenger": dict.fromkeys(EMPFAENGER_NAMES),
    "stadt": dict.fromkeys(STADT_NAMES),
    "heute": None,
}
Texts = Mapping[str, tuple[Inline, ...]]


@dataclass(frozen=True, slots=True)
class CompiledLetter:
    key: str
    kind: LetterKind
    remedy: Remedy
    law: str
    signature: str
    title: Texts
    subject: Texts
    summary: Texts
    blocks: tuple[Block, ...]

    @property
    def is_tax_matter(self) -> bool:
        """Whether the tax code governs notification (§ 122 AO) instead of § 41 VwVfG."""
        return self.law == "tax" or self.remedy is Remedy.TAX_OBJECTION


def compile_letter(text: str) -> CompiledLetter:
    """Raises InvalidLetter with everything that is wrong."""
    compilation = _Compilation()
    letter = compilation.run(text)
    if letter is None or compilation.problems:
        raise InvalidLetter(tuple(compilation.sorted_problems()))
    return letter


def problems_of(text: str, names: Names | None) -> list[Problem]:
    """Everything that is wrong with a letter; `names` None leaves the names unchecked."""
    compilation = _Compilation(None if names is None else {**names, **ALWAYS_KNOWN})
    compilation.run(text)
    return compilation.sorted_problems()


@dataclass(slots=True)
class _Compilation:
    names: Names | None = None
    problems: list[Problem] = field(default_factory=list)
    placeholders: list[Placeholder] = field(default_factory=list)
    # The names that a placeholder may use, while the tree is walked down.
    scopes: list[Names | None] = field(default_factory=list)

    def run(self, text: str) -> CompiledLetter | None:
        text = text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")
        if problem := _unreadable(text):
            self.problems.append(problem)
            return None
        sections = split_sections(text)
        if isinstance(sections, Problem):
            self.problems.append(sections)
            return None
        self.scopes.append(self.names)
        front, problems = read_front_matter(sections.head)
        self.problems.extend(problems)
        parts, problems = split_blocks(sections.body, sections.body_line)
        self.problems.extend(problems)
        blocks = self._parts(parts)
        if not blocks and not self.problems:
            self._problem(Place(sections.body_line), "letter.empty", "Der Brief hat keinen Text.")
        if front is None:
            return None
        title, subject, summary = (
            self._texts(texts) for texts in (front.title, front.subject, front.summary)
        )
        return CompiledLetter(
            key=front.key,
            kind=front.kind,
            remedy=front.remedy,
            law=front.law,
            signature=front.signature,
            title=title,
            subject=subject,
            summary=summary,
            blocks=blocks,
        )

    def sorted_problems(self) -> list[Problem]:
        unique = dict.fromkeys(self.problems)
        return sorted(unique, key=lambda problem: (problem.place.line, problem.place.column))[:MAX_PROBLEMS]

    def _texts(self, texts: Mapping[str, PlacedText]) -> Texts:
        found: dict[str, tuple[Inline, ...]] = {}
        for language, placed in texts.items():
            cut = self._cut(placed.text, placed.place)
            found[language] = Reader(self.placeholders, self.problems).inlines(cut, placed.place)
        return found

    def _parts(self, parts: Sequence[Part]) -> tuple[Block, ...]:
        blocks: list[Block] = []
        for part in parts:
            match part:
                case Lines():
                    blocks.extend(self._lines(part))
                case ChoiceBlock():
                    blocks.append(self._choice(part))
                case LoopBlock():
                    blocks.extend(self._loop(part))
        return tuple(blocks)

    def _lines(self, part: Lines) -> Iterator[Block]:
        text = "\n".join(part.lines)
        if text.strip():
            cut = self._cut(text, Place(part.line))
            yield from Reader(self.placeholders, self.problems).blocks(cut, part.line)

    def _choice(self, part: ChoiceBlock) -> Choice:
        branches: list[tuple[Expression, tuple[Block, ...]]] = []
        for condition, inner in part.branches:
            expression = self._expression(condition.source, condition.place)
            blocks = self._parts(inner)
            if expression is not None:
                branches.append((expression, blocks))
        return Choice(tuple(branches), self._parts(part.otherwise or ()))

    def _loop(self, part: LoopBlock) -> Iterator[Loop]:
        expression = self._condition(part.collection)
        known = self.scopes[-1]
        if known is not None:
            item = names_at(expression, known) if expression is not None else None
            known = {**known, part.variable: item}
        self.scopes.append(known)
        blocks = self._parts(part.parts)
        self.scopes.pop()
        if expression is not None:
            yield Loop(part.variable, expression, blocks, part.place)

    def _condition(self, condition: Condition) -> Expression | None:
        return self._expression(condition.source, condition.place)

    def _cut(self, text: str, place: Place) -> str:
        cutter = Cutter(len(self.placeholders), [], self.problems)
        cut = cutter.cut(text, place)
        for slot in cutter.slots:
            self._format(slot.format, slot.place)
            expression = self._expression(slot.source, slot.place) or _nothing(slot.place)
            self.placeholders.append(Placeholder(expression, slot.format, slot.place))
        return cut

    def _format(self, name: str, place: Place) -> None:
        if name and name not in FORMATS:
            message = f"Das Format „{name}“ ist unbekannt. Möglich sind: {', '.join(FORMATS)}."
            self._problem(place, "letter.format", message)

    def _expression(self, source: str, place: Place) -> Expression | None:
        if not source:
            return None
        expression = compile_at(source, place)
        if isinstance(expression, Problem):
            self.problems.append(expression)
            return None
        known = self.scopes[-1]
        if known is not None:
            self.problems.extend(unknown_names(expression, known))
        return expression

    def _problem(self, place: Place, rule: str, message: str) -> None:
        self.problems.append(Problem(place, rule, message))


def _nothing(place: Place) -> Expression:
    expression = compile_at("null", place)
    if isinstance(expression, Problem):
        raise RuntimeError(expression.message)
    return expression


def _unreadable(text: str) -> Problem | None:
    if len(text) > MAX_CHARACTERS:
        return Problem(Place(1), "letter.size", f"Der Brief hat mehr als {MAX_CHARACTERS} Zeichen.")
    for number, line in enumerate(text.split("\n"), 1):
        for column, character in enumerate(line, 1):
            if (
                (character < " " and character != "\t")
                or MARK_START <= character <= "\uf8ff"
                or "\ud800" <= character <= "\udfff"
            ):
                message = f"Das unsichtbare Zeichen U+{ord(character):04X} ist nicht erlaubt. Löschen Sie es."
                return Problem(Place(number, column), "letter.character", message)
    return None


__all__ = ["ALWAYS_KNOWN", "CompiledLetter", "compile_letter", "problems_of"]
