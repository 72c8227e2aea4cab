"""Compiled expressions and unary tests: the heart of the public door."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable, Mapping
from datetime import datetime

from .builtins import BUILTIN_NAMES
from .compiler import access, control, operators, tests
from .compiler.core import Compiler
from .errors import NOWHERE
from .limits import DEFAULT_LIMITS, Limits
from .runtime import Frame, Run, Thunk, bounded
from .syntax.analysis import free_paths
from .syntax.nodes import Node
from .syntax.parser import Parser, parser_for
from .types import BUILTIN_TYPES, FeelType
from .values import Value

# Importing these modules registers how each node is compiled.
COMPILERS = (access, control, operators, tests)

_TOO_DEEP = "Die Berechnung ist zu tief verschachtelt. Bitte den Ausdruck oder die Funktion vereinfachen."


class Scope:
    """What a text may speak of: names, names of entries, types."""

    __slots__ = ("members", "names", "types")

    def __init__(
        self,
        names: Iterable[str] | None = None,
        members: Iterable[str] = (),
        types: Mapping[str, FeelType] = BUILTIN_TYPES,
    ) -> None:
        self.names = None if names is None else frozenset(names)
        self.members = frozenset(members)
        self.types = types


class _Compiled(ABC):
    """A text with its syntax tree and closure."""

    __slots__ = ("_thunk", "limits", "names", "paths", "text")

    def __init__(self, text: str, scope: Scope, limits: Limits) -> None:
        self.text = text
        self.limits = limits
        try:
            names = BUILTIN_NAMES | (scope.names or frozenset())
            parser = parser_for(text, names, scope.members | names, scope.types, limits)
            node = self._read(parser)
            self._thunk = Compiler(text, scope.types).compile(node)
        except RecursionError:
            raise NOWHERE.limit("Der Ausdruck ist zu tief verschachtelt. Bitte aufteilen.") from None
        self.paths = free_paths(node, scope.names, BUILTIN_NAMES)
        self.names = frozenset(path[0] for path in self.paths)

    @abstractmethod
    def _read(self, parser: Parser) -> Node:
        """The whole text as a tree."""

    @property
    def thunk(self) -> Thunk:
        """The closure, to be called with a frame of a running evaluation."""
        return self._thunk

    def _run(self, frame: Frame) -> Value:
        try:
            value = self._thunk(frame)
        except RecursionError:
            raise NOWHERE.limit(_TOO_DEEP) from None
        return bounded(value) if isinstance(value, (list, dict)) else value

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {self.text!r}>"


class Expression(_Compiled):
    """A FEEL expression, compiled once.

    `names` holds the free top-level variables, `paths` the free paths such as ("antrag", "hund", "rasse").
    """

    __slots__ = ()

    def _read(self, parser: Parser) -> Node:
        return parser.whole_expression()

    def evaluate(self, context: Mapping[str, object], *, now: datetime | None = None) -> Value:
        """The value for this context; what cannot be worked out is null. Raises FeelLimitError only."""
        return self._run(Frame(context, None, Run(self.limits, None, now), True))

    def evaluate_with_warnings(
        self, context: Mapping[str, object], *, now: datetime | None = None
    ) -> tuple[Value, list[str]]:
        """The value, and in German why parts of it are null."""
        warnings: list[str] = []
        return self._run(Frame(context, None, Run(self.limits, warnings, now), True)), warnings


class UnaryTests(_Compiled):
    """The tests of one cell of a decision table."""

    __slots__ = ()

    def _read(self, parser: Parser) -> Node:
        return parser.whole_tests()

    def matches(
        self, value: object, context: Mapping[str, object] | None = None, *, now: datetime | None = None
    ) -> bool:
        """Whether the value passes; null counts as no. Raises FeelLimitError only."""
        run = Run(self.limits, None, now)
        outer = Frame(context or {}, None, run, True)
        tested = access.adopted(value, outer, NOWHERE)
        return self._run(Frame({"?": tested}, outer, run)) is True


def compile_expression(
    text: str, *, names: Iterable[str] | None = None, limits: Limits = DEFAULT_LIMITS
) -> Expression:
    """Compile an expression (DMN 1.5, 10.3.1.2).

    `names` are the variables in scope; names with blanks or operators are only understood if they are given.
    Raises FeelSyntaxError and FeelLimitError.
    """
    return Expression(text, Scope(names), limits)


def compile_unary_tests(
    text: str, *, names: Iterable[str] | None = None, limits: Limits = DEFAULT_LIMITS
) -> UnaryTests:
    """Compile the unary tests of a cell, such as `[18..65)`, `"A", "B"` or `-` (DMN 1.5, 10.3.1.2 rule 15).

    Raises FeelSyntaxError and FeelLimitError.
    """
    return UnaryTests(text, Scope(names), limits)


def evaluate(text: str, context: Mapping[str, object] | None = None) -> Value:
    """Compile with the names of the context and evaluate once. Raises FeelError."""
    given = context or {}
    return compile_expression(text, names=given.keys()).evaluate(given)
