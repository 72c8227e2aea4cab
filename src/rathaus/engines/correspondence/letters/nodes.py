"""The tree of a letter.

The same blocks and inlines describe the template and the filled letter; `Placeholder`, `Choice` and `Loop` occur in
templates only, so both back ends (Typst and HTML) see a tree that holds nothing but plain text.
"""

from __future__ import annotations

from dataclasses import dataclass

from .expressions import Expression
from .problems import Place


@dataclass(frozen=True, slots=True)
class Text:
    text: str


@dataclass(frozen=True, slots=True)
class Break:
    """A line break that the author asked for."""


@dataclass(frozen=True, slots=True)
class Strong:
    children: tuple[Inline, ...]


@dataclass(frozen=True, slots=True)
class Emphasis:
    children: tuple[Inline, ...]


@dataclass(frozen=True, slots=True)
class Link:
    href: str
    children: tuple[Inline, ...]


@dataclass(frozen=True, slots=True)
class Placeholder:
    expression: Expression
    format: str
    place: Place


Inline = Text | Break | Strong | Emphasis | Link | Placeholder


@dataclass(frozen=True, slots=True)
class Heading:
    level: int
    children: tuple[Inline, ...]


@dataclass(frozen=True, slots=True)
class Paragraph:
    children: tuple[Inline, ...]


@dataclass(frozen=True, slots=True)
class Listing:
    """A list; `start` is the number of the first item of an ordered one."""

    ordered: bool
    start: int
    items: tuple[tuple[Block, ...], ...]


Cell = tuple[Inline, ...]


@dataclass(frozen=True, slots=True)
class Table:
    """A table; rows inside a block come as a table without header and join the table before them."""

    header: tuple[Cell, ...]
    alignments: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]


@dataclass(frozen=True, slots=True)
class Choice:
    """``::: wenn``: the blocks of the first branch whose condition is true, else `otherwise`."""

    branches: tuple[tuple[Expression, tuple[Block, ...]], ...]
    otherwise: tuple[Block, ...]


@dataclass(frozen=True, slots=True)
class Loop:
    """``::: fuer``: the blocks once for each item of the list."""

    variable: str
    collection: Expression
    blocks: tuple[Block, ...]
    place: Place


Block = Heading | Paragraph | Listing | Table | Choice | Loop
