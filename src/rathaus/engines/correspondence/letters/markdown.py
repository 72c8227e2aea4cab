"""Markdown -> nodes: headings, paragraphs, lists, emphasis, tables, links, hard breaks; everything else is refused."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from markdown_it import MarkdownIt
from markdown_it.tree import SyntaxTreeNode

from .nodes import (
    Block,
    Break,
    Cell,
    Emphasis,
    Heading,
    Inline,
    Link,
    Listing,
    Paragraph,
    Placeholder,
    Strong,
    Table,
    Text,
)
from .placeholders import MARK_END, MARK_START
from .problems import Place, Problem

_MARK = re.compile(f"{MARK_START}(\\d+){MARK_END}")
_TABLE_ROW = re.compile(r"^\s*\|.*\|\s*$")
_TABLE_RULE = re.compile(r"^\s*\|?\s*:?-+:?\s*(\|\s*:?-+:?\s*)*\|?\s*$")
_SCHEMES = ("https://", "http://", "mailto:", "tel:")
_REFUSED = {
    "html_block": "HTML ist in Briefen nicht erlaubt. Nutzen Sie Überschriften, Listen, Tabellen und **fett**.",
    "html_inline": "HTML ist in Briefen nicht erlaubt. Nutzen Sie **fett** und *kursiv*.",
    "image": "Bilder sind in Briefen nicht erlaubt.",
    "code_block": "Der Absatz ist um vier Leerzeichen eingerückt. Rücken Sie ihn nicht ein.",
    "fence": "Codeblöcke (```) sind in Briefen nicht erlaubt.",
    "code_inline": "Schreiben Sie den Text ohne rückwärts geneigte Anführungszeichen (`).",
    "blockquote": "Zitatblöcke (>) sind in Briefen nicht erlaubt.",
    "hr": "Trennlinien (---) sind in Briefen nicht erlaubt. Nutzen Sie eine Überschrift mit #.",
}
MAX_NESTING = 6


class _Parser(MarkdownIt):
    def validateLink(self, url: str) -> bool:
        """Links are judged below, with a message."""
        return True


_PARSER = _Parser("commonmark", {"maxNesting": 20}).enable("table").disable(["reference", "lheading"])


class Reader:
    """Reads the Markdown parts of one letter; `placeholders` are the leaves by number."""

    def __init__(self, placeholders: Sequence[Placeholder], problems: list[Problem]) -> None:
        self._placeholders = placeholders
        self._problems = problems

    def blocks(self, text: str, first_line: int) -> tuple[Block, ...]:
        """The blocks of a part of the body, given with placeholders cut out."""
        text, offset, only_rows = _completed_rows(text)
        place = _Places(first_line - offset)
        root = SyntaxTreeNode(_PARSER.parse(text))
        blocks = _BlockReader(self, place).all(root.children)
        return tuple(_without_header(block) if only_rows else block for block in blocks)

    def inlines(self, text: str, place: Place) -> tuple[Inline, ...]:
        """One line of text, such as a subject."""
        tokens = _PARSER.parseInline(text)
        return self.children(SyntaxTreeNode(tokens).children, place)

    def children(self, nodes: Sequence[SyntaxTreeNode], place: Place) -> tuple[Inline, ...]:
        found: list[Inline] = []
        for node in nodes:
            found.extend(self._inline(node, place))
        return tuple(found)

    def _inline(self, node: SyntaxTreeNode, place: Place) -> Sequence[Inline]:
        match node.type:
            case "inline":
                return self.children(node.children, place)
            case "text":
                return self._text(node.content)
            case "softbreak":
                return (Text(" "),)
            case "hardbreak":
                return (Break(),)
            case "strong":
                return (Strong(self.children(node.children, place)),)
            case "em":
                return (Emphasis(self.children(node.children, place)),)
            case "link":
                return self._link(node, place)
        self.refuse(node.type, place)
        return ()

    def _text(self, content: str) -> list[Inline]:
        parts: list[Inline] = []
        for index, part in enumerate(_MARK.split(content)):
            if index % 2:
                parts.append(self._placeholders[int(part)])
            elif part:
                parts.append(Text(part))
        return parts

    def _link(self, node: SyntaxTreeNode, place: Place) -> Sequence[Inline]:
        href = str(node.attrs.get("href", ""))
        children = self.children(node.children, place)
        if "%EE%80%80" in href or MARK_START in href:
            self._add(place, "letter.link", "Ein Link darf keinen Platzhalter als Ziel haben.")
        elif not href.lower().startswith(_SCHEMES):
            self._add(
                place,
                "letter.link",
                f"Der Link „{href}“ ist nicht erlaubt. Möglich sind https, mailto und tel.",
            )
        else:
            return (Link(href, children),)
        return children

    def refuse(self, kind: str, place: Place) -> None:
        self._add(place, "letter.markdown", _REFUSED.get(kind, f"„{kind}“ ist in Briefen nicht erlaubt."))

    def _add(self, place: Place, rule: str, message: str) -> None:
        self._problems.append(Problem(place, rule, message))


class _Places:
    def __init__(self, first_line: int) -> None:
        self._first_line = first_line

    def of(self, node: SyntaxTreeNode) -> Place:
        while node.map is None and node.parent is not None:
            node = node.parent
        return Place(self._first_line + (node.map[0] if node.map else 0))


class _BlockReader:
    def __init__(self, reader: Reader, places: _Places, depth: int = 0) -> None:
        self._reader = reader
        self._places = places
        self._depth = depth

    def all(self, nodes: Sequence[SyntaxTreeNode]) -> list[Block]:
        blocks: list[Block] = []
        for node in nodes:
            read = _READERS.get(node.type)
            if read is None or self._depth > MAX_NESTING:
                self._reader.refuse(node.type, self._places.of(node))
            else:
                blocks.append(read(self, node))
        return blocks

    def heading(self, node: SyntaxTreeNode) -> Heading:
        return Heading(int(node.tag[1]), self._inlines(node))

    def paragraph(self, node: SyntaxTreeNode) -> Paragraph:
        return Paragraph(self._inlines(node))

    def listing(self, node: SyntaxTreeNode) -> Listing:
        inner = _BlockReader(self._reader, self._places, self._depth + 1)
        items = tuple(tuple(inner.all(item.children)) for item in node.children)
        start = node.attrs.get("start", 1)
        return Listing(node.type == "ordered_list", int(start), items)

    def table(self, node: SyntaxTreeNode) -> Table:
        head = node.children[0].children[0]
        body = node.children[1].children if len(node.children) > 1 else []
        alignments = tuple(_alignment(cell) for cell in head.children)
        return Table(self._cells(head), alignments, tuple(self._cells(row) for row in body))

    def _cells(self, row: SyntaxTreeNode) -> tuple[Cell, ...]:
        return tuple(self._inlines(cell) for cell in row.children)

    def _inlines(self, node: SyntaxTreeNode) -> tuple[Inline, ...]:
        return self._reader.children(node.children, self._places.of(node))


_READERS: dict[str, Callable[[_BlockReader, SyntaxTreeNode], Block]] = {
    "heading": _BlockReader.heading,
    "paragraph": _BlockReader.paragraph,
    "bullet_list": _BlockReader.listing,
    "ordered_list": _BlockReader.listing,
    "table": _BlockReader.table,
}


def _alignment(cell: SyntaxTreeNode) -> str:
    style = str(cell.attrs.get("style", ""))
    return style.rpartition(":")[2] or "left"


def _completed_rows(text: str) -> tuple[str, int, bool]:
    """Table rows alone (inside a block) get a header so that they can be read; it is taken off again afterwards."""
    lines = text.strip("\n").split("\n")
    if not _TABLE_ROW.match(lines[0]) or (len(lines) > 1 and _TABLE_RULE.match(lines[1])):
        return text, 0, False
    columns = lines[0].strip().strip("|").count("|") + 1
    lead = len(text) - len(text.lstrip("\n"))
    return f"{'|x' * columns}|\n{'|-' * columns}|\n" + "\n".join(lines), 2 - lead, True


def _without_header(block: Block) -> Block:
    return Table((), block.alignments, block.rows) if isinstance(block, Table) else block
