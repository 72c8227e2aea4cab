"""The content tree as data for Typst."""

from __future__ import annotations

from collections.abc import Sequence

from ..letters.nodes import (
    Block,
    Break,
    Cell,
    Emphasis,
    Heading,
    Inline,
    Link,
    Listing,
    Paragraph,
    Strong,
    Table,
    Text,
)

Data = dict[str, object]


def inlines_data(inlines: Sequence[Inline]) -> list[Data]:
    return [_inline(inline) for inline in inlines]


def blocks_data(blocks: Sequence[Block]) -> list[Data]:
    return [_block(block) for block in blocks]


def text_data(text: str) -> list[Data]:
    """A text of several lines as inlines."""
    found: list[Data] = []
    for number, line in enumerate(text.split("\n")):
        if number:
            found.append({"t": "br"})
        found.append({"t": "text", "v": line})
    return found


def _inline(inline: Inline) -> Data:
    match inline:
        case Text():
            return {"t": "text", "v": inline.text}
        case Break():
            return {"t": "br"}
        case Strong():
            return {"t": "strong", "c": inlines_data(inline.children)}
        case Emphasis():
            return {"t": "em", "c": inlines_data(inline.children)}
        case Link():
            return {"t": "link", "href": inline.href, "c": inlines_data(inline.children)}
    raise TypeError(f"{type(inline).__name__} has no place in a filled letter")


def _block(block: Block) -> Data:
    match block:
        case Heading():
            return {"t": "h", "l": block.level, "c": inlines_data(block.children)}
        case Paragraph():
            return {"t": "p", "c": inlines_data(block.children)}
        case Listing():
            items = [blocks_data(item) for item in block.items]
            return {"t": "list", "ordered": block.ordered, "start": block.start, "items": items}
        case Table():
            rows = [_cells(row) for row in block.rows]
            return {
                "t": "table",
                "header": _cells(block.header),
                "align": list(block.alignments),
                "rows": rows,
            }
    raise TypeError(f"{type(block).__name__} has no place in a filled letter")


def _cells(cells: Sequence[Cell]) -> list[list[Data]]:
    return [inlines_data(cell) for cell in cells]
