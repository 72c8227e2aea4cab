"""The compiler: one closure for each node of the tree, chosen by the node's class."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, TypeAlias

from ..errors import Place
from ..runtime import Thunk
from ..syntax.nodes import Node, TypeNode
from ..types import (
    ANY,
    BUILTIN_TYPES,
    ContextType,
    FeelType,
    FunctionType,
    ListType,
    RangeType,
)


class Compiler:
    """Knows the text, for the places in messages, and the types that may be named."""

    def __init__(self, text: str, types: Mapping[str, FeelType]) -> None:
        self.text = text
        self.types = types

    def compile(self, node: Node) -> Thunk:
        return HANDLERS[type(node)](self, node)

    def place(self, node: Node) -> Place:
        return Place(self.text, node.position)

    def type_of(self, node: TypeNode) -> FeelType:
        """The type. Raises FeelSyntaxError for an unknown name."""
        if node.name == "function" and node.result is not None:
            return FunctionType(
                tuple(self.type_of(part) for label, part in node.parts), self.type_of(node.result)
            )
        if node.parts:
            if node.name == "list":
                return ListType(self.type_of(node.parts[0][1]))
            if node.name == "range":
                return RangeType(self.type_of(node.parts[0][1]))
            return ContextType(tuple((label, self.type_of(part)) for label, part in node.parts))
        found = self.types.get(node.name) or BUILTIN_TYPES.get(node.name)
        if found is None:
            raise self.place(node).syntax(f"Die Art „{node.name}“ gibt es nicht.")
        return found

    def optional_type(self, node: TypeNode | None) -> FeelType | None:
        kind = None if node is None else self.type_of(node)
        return None if kind == ANY else kind


Handler: TypeAlias = Callable[[Compiler, Any], Thunk]
HANDLERS: dict[type[Node], Handler] = {}


def handles(kind: type[Node]) -> Callable[[Handler], Handler]:
    """Register the function that compiles nodes of this class."""

    def register(handler: Handler) -> Handler:
        HANDLERS[kind] = handler
        return handler

    return register
