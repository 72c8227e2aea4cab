"""The accessible HTML of a letter: the same tree, every text escaped, no styles and no scripts of its own."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

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

_EMPTY = SafeString("")


def inlines_html(inlines: Sequence[Inline]) -> SafeString:
    return _joined(_inline(inline) for inline in inlines)


def blocks_html(blocks: Sequence[Block], *, top_level: int = 2) -> SafeString:
    """`top_level` is the number of the first heading: 2 where the page's own heading is the letter's subject."""
    return _joined(_block(block, top_level - 2) for block in blocks)


def _inline(inline: Inline) -> SafeString:
    match inline:
        case Text():
            return format_html("{}", inline.text)
        case Break():
            return SafeString("<br>")
        case Strong():
            return format_html("<strong>{}</strong>", inlines_html(inline.children))
        case Emphasis():
            return format_html("<em>{}</em>", inlines_html(inline.children))
        case Link():
            return format_html(
                '<a href="{}" rel="noopener">{}</a>', inline.href, inlines_html(inline.children)
            )
    return _EMPTY


def _block(block: Block, shift: int) -> SafeString:
    match block:
        case Heading():
            level = min(block.level + shift, 6)
            return format_html("<h{}>{}</h{}>", level, inlines_html(block.children), level)
        case Paragraph():
            return format_html("<p>{}</p>", inlines_html(block.children))
        case Listing():
            return _listing(block, shift)
        case Table():
            return _table(block)
    return _EMPTY


def _listing(listing: Listing, shift: int) -> SafeString:
    items = _joined(format_html("<li>{}</li>", _item(item, shift)) for item in listing.items)
    if not listing.ordered:
        return format_html("<ul>{}</ul>", items)
    start = format_html(' start="{}"', listing.start) if listing.start != 1 else _EMPTY
    return format_html("<ol{}>{}</ol>", start, items)


def _item(blocks: Sequence[Block], shift: int) -> SafeString:
    """An item of one paragraph stands without one, as it is read out more calmly."""
    if len(blocks) == 1 and isinstance(blocks[0], Paragraph):
        return inlines_html(blocks[0].children)
    return _joined(_block(block, shift) for block in blocks)


def _table(table: Table) -> SafeString:
    header = _row(table.header, table.alignments, '<th scope="col"{}>{}</th>')
    body = _joined(_row(row, table.alignments, "<td{}>{}</td>") for row in table.rows)
    return format_html(
        '<div class="rh-table-wrap" role="group" tabindex="0" aria-label="Tabelle">'
        '<table class="rh-table"><thead>{}</thead><tbody>{}</tbody></table></div>',
        header,
        body,
    )


def _row(cells: Sequence[Cell], alignments: Sequence[str], pattern: str) -> SafeString:
    parts = [
        format_html(pattern, _alignment(alignments, column), inlines_html(cell))
        for column, cell in enumerate(cells)
    ]
    return format_html("<tr>{}</tr>", _joined(parts))


def _alignment(alignments: Sequence[str], column: int) -> SafeString:
    name = alignments[column] if column < len(alignments) else "left"
    return SafeString(' class="rh-numeric"') if name == "right" else _EMPTY


def _joined(parts: Iterable[SafeString]) -> SafeString:
    return format_html_join("", "{}", ((part,) for part in parts))
