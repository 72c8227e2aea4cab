"""Types in the text: `list<number>`, `context<a: string>`, `function<date> -> number` (rule 66)."""

from __future__ import annotations

from collections.abc import Iterable

from ..limits import Limits
from .names import NameReader
from .nodes import TypeNode
from .scanner import WORD, Complex

_LONG_TYPES = ("date and time", "days and time duration", "years and months duration")


class TypeReader(NameReader):
    """Reads types; `type_names` are those of the model."""

    def __init__(
        self,
        text: str,
        names: Iterable[str],
        members: frozenset[str],
        limits: Limits,
        type_names: Iterable[str] = (),
    ) -> None:
        super().__init__(text, names, members, limits)
        self._types = Complex([*_LONG_TYPES, *type_names])

    def read_type(self) -> TypeNode:
        self.deeper()
        position = self.skip()
        name = self._type_name()
        node = TypeNode(position, name)
        if self.peek() == "<":
            node = self._with_parts(node)
        self.depth -= 1
        return node

    def _type_name(self) -> str:
        found = self._types.match(self.text, self.position)
        word = WORD.match(self.text, self.position)
        if found is not None and (word is None or found[1] > word.end()):
            self.position = found[1]
            return found[0]
        if word is None:
            raise self.unexpected("eine Art wie string, number oder date")
        self.position = word.end()
        name = word.group()
        while self.peek() == ".":
            self.accept(".")
            name += "." + self.read_member()
        return name

    def _with_parts(self, node: TypeNode) -> TypeNode:
        if node.name not in ("list", "range", "context", "function"):
            raise self.error(f"„{node.name}“ kann keine Angabe in <> haben.")
        self.expect("<")
        parts = [] if self.peek() == ">" else [self._part(node.name)]
        while self.accept(","):
            parts.append(self._part(node.name))
        self.expect(">")
        if node.name in ("list", "range") and len(parts) != 1:
            raise self.error(f"„{node.name}“ braucht genau eine Art in <>.", node.position)
        result = None
        if node.name == "function":
            self.expect("->")
            result = self.read_type()
        return TypeNode(node.position, node.name, tuple(parts), result)

    def _part(self, kind: str) -> tuple[str, TypeNode]:
        label = ""
        if kind == "context":
            label = self.read_key_name() or ""
            if not label:
                raise self.unexpected("ein Name mit Doppelpunkt")
        return label, self.read_type()
