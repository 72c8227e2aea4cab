"""Fills a compiled letter: placeholders become text, blocks are chosen and repeated."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from .compiler import CompiledLetter
from .formats import NoValue, as_text
from .nodes import (
    Block,
    Break,
    Cell,
    Choice,
    Emphasis,
    Heading,
    Inline,
    Link,
    Listing,
    Loop,
    Paragraph,
    Placeholder,
    Strong,
    Table,
    Text,
)
from .problems import LetterNotFillable

MAX_REPEATS = 1_000
FIRST_HEADING = 2


@dataclass(frozen=True, slots=True)
class LetterContent:
    """A filled letter without its frame; the inlines and blocks hold plain text only."""

    title: str
    subject: tuple[Inline, ...]
    summary: str
    blocks: tuple[Block, ...]


def fill(
    letter: CompiledLetter, context: Mapping[str, object], *, language: str = "de", draft: bool = False
) -> LetterContent:
    """Raises LetterNotFillable where a value is missing; a draft shows the gap in brackets instead."""
    filler = _Filler(draft)
    title = plain_text(filler.inlines(_localized(letter.title, language), context))
    subject = filler.inlines(_localized(letter.subject, language), context)
    return LetterContent(
        title=title,
        subject=subject or (Text(title),),
        summary=plain_text(filler.inlines(_localized(letter.summary, language), context)),
        blocks=tuple(_levelled(_joined(filler.blocks(letter.blocks, context)))),
    )


def plain_text(inlines: Sequence[Inline]) -> str:
    """The text alone, for titles and metadata."""
    parts: list[str] = []
    for inline in inlines:
        if isinstance(inline, Text):
            parts.append(inline.text)
        elif isinstance(inline, Break):
            parts.append(" ")
        elif isinstance(inline, Strong | Emphasis | Link):
            parts.append(plain_text(inline.children))
    return " ".join("".join(parts).split())


def _localized(texts: Mapping[str, tuple[Inline, ...]], language: str) -> tuple[Inline, ...]:
    return texts.get(language) or texts.get("de", ())


class _Filler:
    def __init__(self, draft: bool) -> None:
        self._draft = draft

    def blocks(self, blocks: Sequence[Block], context: Mapping[str, object]) -> Iterator[Block]:
        for block in blocks:
            match block:
                case Heading() | Paragraph():
                    children = self.inlines(block.children, context)
                    if plain_text(children):
                        yield replace(block, children=children)
                case Listing():
                    items = (tuple(_joined(self.blocks(item, context))) for item in block.items)
                    yield replace(block, items=tuple(item for item in items if item))
                case Table():
                    yield self._table(block, context)
                case Choice():
                    yield from self._choice(block, context)
                case Loop():
                    yield from self._loop(block, context)

    def _table(self, table: Table, context: Mapping[str, object]) -> Table:
        header = self._cells(table.header, context)
        return Table(header, table.alignments, tuple(self._cells(row, context) for row in table.rows))

    def _cells(self, cells: Sequence[Cell], context: Mapping[str, object]) -> tuple[Cell, ...]:
        return tuple(self.inlines(cell, context) for cell in cells)

    def _choice(self, block: Choice, context: Mapping[str, object]) -> Iterator[Block]:
        for condition, blocks in block.branches:
            if condition.evaluate(context) is True:
                yield from self.blocks(blocks, context)
                return
        yield from self.blocks(block.otherwise, context)

    def _loop(self, block: Loop, context: Mapping[str, object]) -> Iterator[Block]:
        items = block.collection.evaluate(context)
        if items is None:
            return
        rows = items if isinstance(items, list | tuple) else [items]
        if len(rows) > MAX_REPEATS:
            raise LetterNotFillable(f"{block.place}: Die Liste hat mehr als {MAX_REPEATS} Einträge.")
        for item in rows:
            yield from self.blocks(block.blocks, {**context, block.variable: item})

    def inlines(self, inlines: Sequence[Inline], context: Mapping[str, object]) -> tuple[Inline, ...]:
        found: list[Inline] = []
        for inline in inlines:
            match inline:
                case Placeholder():
                    found.extend(_lines(self._value(inline, context)))
                case Strong() | Emphasis() | Link():
                    found.append(replace(inline, children=self.inlines(inline.children, context)))
                case _:
                    found.append(inline)
        return tuple(found)

    def _value(self, placeholder: Placeholder, context: Mapping[str, object]) -> str:
        try:
            text = as_text(placeholder.expression.evaluate(context), placeholder.format)
        except NoValue as error:
            if self._draft:
                return f"[{placeholder.expression.source} fehlt]"
            raise LetterNotFillable(
                f"{placeholder.place}: „{placeholder.expression.source}“ {error}"
            ) from error
        return f"[{placeholder.expression.source} ist leer]" if self._draft and not text else text


def _lines(text: str) -> Iterator[Inline]:
    """A value of several lines keeps them."""
    for number, line in enumerate(text.replace("\r\n", "\n").replace("\r", "\n").strip("\n").split("\n")):
        if number:
            yield Break()
        yield Text(line)


def _joined(blocks: Iterator[Block]) -> Iterator[Block]:
    """Lists and tables that blocks had cut into pieces become whole again."""
    last: Block | None = None
    for block in blocks:
        if isinstance(block, Table) and not block.header and isinstance(last, Table):
            last = replace(last, rows=(*last.rows, *_fitted(block.rows, len(last.header))))
        elif isinstance(block, Listing) and isinstance(last, Listing) and block.ordered == last.ordered:
            last = replace(last, items=(*last.items, *block.items))
        else:
            if last is not None and not _is_empty(last):
                yield last
            last = block
    if last is not None and not _is_empty(last):
        yield last


def _is_empty(block: Block) -> bool:
    return isinstance(block, Listing) and not block.items


def _fitted(rows: Sequence[tuple[Cell, ...]], width: int) -> Iterator[tuple[Cell, ...]]:
    for row in rows:
        yield (*row[:width], *(((),) * (width - len(row))))


def _levelled(blocks: Iterator[Block]) -> Iterator[Block]:
    """Headings below the subject, which is the first level, and without gaps (PDF/UA-1, WCAG 1.3.1)."""
    deepest = FIRST_HEADING - 1
    for block in blocks:
        if isinstance(block, Heading):
            deepest = min(block.level + 1, deepest + 1)
            block = replace(block, level=deepest)
        yield block
