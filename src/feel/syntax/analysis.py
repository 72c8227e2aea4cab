"""Which variables of the surroundings an expression reads."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, fields

from . import nodes
from .nodes import Node


@dataclass(slots=True)
class Free:
    """Collects the free paths; inside filters only known names count, others may be entries of the items."""

    known: frozenset[str] | None
    builtins: frozenset[str]
    paths: set[tuple[str, ...]] = field(default_factory=set)

    def read(self, node: Node, bound: frozenset[str] = frozenset(), filtered: bool = False) -> None:
        """Walk the tree with a list instead of recursion per operand, chains may be long."""
        path = _path_of(node)
        if path is not None:
            self._note(path, bound, filtered)
            return
        for child, names, inside in self._children(node):
            self.read(child, bound.union(names), filtered or inside)

    def _note(self, path: tuple[str, ...], bound: frozenset[str], filtered: bool) -> None:
        name = path[0]
        if name in bound or name == "?":
            return
        known = self.known is not None and name in self.known
        if known or (name not in self.builtins and not (filtered and self.known is not None)):
            self.paths.add(path)

    def _children(self, node: Node) -> Iterator[tuple[Node, Iterable[str], bool]]:
        if isinstance(node, nodes.Filter):
            yield node.base, (), False
            yield node.condition, ("item",), True
        elif isinstance(node, (nodes.For, nodes.Quantified)):
            yield from self._iterated(node)
        elif isinstance(node, nodes.FunctionNode):
            if node.body is not None:
                yield node.body, [name for name, _ in node.parameters], False
        elif isinstance(node, nodes.ContextNode):
            for index, (_, value) in enumerate(node.entries):
                yield value, [name for name, _ in node.entries[:index]], False
        elif isinstance(node, nodes.Arithmetic):
            yield node.first, (), False
            for _, operand in node.rest:
                yield operand, (), False
        else:
            yield from _plain_children(node)

    def _iterated(self, node: nodes.For | nodes.Quantified) -> Iterator[tuple[Node, Iterable[str], bool]]:
        names: list[str] = []
        for iterator in node.iterators:
            yield iterator.domain, list(names), False
            if iterator.end is not None:
                yield iterator.end, list(names), False
            names.append(iterator.name)
        if isinstance(node, nodes.For):
            yield node.body, [*names, "partial"], False
        else:
            yield node.condition, names, False


def _path_of(node: Node) -> tuple[str, ...] | None:
    members: list[str] = []
    while isinstance(node, nodes.Path):
        members.append(node.member)
        node = node.base
    return (node.name, *reversed(members)) if isinstance(node, nodes.Name) else None


def _plain_children(node: Node) -> Iterator[tuple[Node, Iterable[str], bool]]:
    for part in fields(node):
        value = getattr(node, part.name)
        for child in value if isinstance(value, tuple) else (value,):
            if isinstance(child, Node):
                yield child, (), False


def free_paths(
    node: Node, known: frozenset[str] | None, builtins: frozenset[str]
) -> frozenset[tuple[str, ...]]:
    """The paths of the free variables, such as ("antrag", "hund", "rasse")."""
    free = Free(known, builtins)
    free.read(node)
    return frozenset(free.paths)
