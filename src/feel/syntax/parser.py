"""Operators, control expressions and unary tests: the whole grammar (DMN 1.5, 10.3.1.2)."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import ExitStack

from ..limits import DEFAULT_LIMITS, Limits
from .nodes import (
    And,
    Arithmetic,
    Between,
    Comparison,
    For,
    FunctionNode,
    If,
    In,
    Iterator,
    Negation,
    Node,
    Or,
    Quantified,
    RangeNode,
    TestComparison,
    TestExpression,
    Tests,
    TypeNode,
)
from .primary import COMPARISON_MARKS, Primary

_RANKS = {"or": 1, "and": 2, "in": 3, "between": 3, "+": 4, "-": 4, "*": 5, "/": 5, "**": 6}
_RANKS.update(dict.fromkeys(COMPARISON_MARKS, 3))
_ARITHMETIC_RANK = 4
_COMPARISON_RANK = 3


class Parser(Primary):
    """Reads one FEEL text."""

    def whole_expression(self) -> Node:
        node = self.expression()
        self._end()
        return node

    def _end(self) -> None:
        if self.peek():
            raise self.unexpected("ein Operator oder das Ende")

    def expression(self) -> Node:
        self.deeper()
        reader = {
            "if": self._if,
            "for": self._for,
            "some": self._quantified,
            "every": self._quantified,
            "function": self._function,
        }.get(self.peek_word())
        node = reader() if reader is not None else self.operation(1)
        self.depth -= 1
        return node

    def _operator(self) -> str:
        mark = self.peek()
        return mark if mark in _RANKS else self.peek_word()

    def operation(self, rank: int) -> Node:
        """Operators of at least this rank."""
        left = self._unary()
        for _ in range(self.limits.depth):
            operator = self._operator()
            found = _RANKS.get(operator, 0)
            if found < rank:
                return left
            if found == _COMPARISON_RANK:
                left = self._comparison(left, operator)
            elif found > _COMPARISON_RANK:
                left = self._arithmetic(left, found)
            else:
                left = self._logic(left, operator, found)
        raise self.place().limit("Hier folgen zu viele Vergleiche aufeinander. Bitte aufteilen.")

    def _unary(self) -> Node:
        position = self.skip()
        signs = 0
        while self.peek() == "-":
            self.accept("-")
            signs += 1
        if not signs:
            if self.peek_word() in ("if", "for", "some", "every", "function"):
                return self.expression()
            return self.postfix()
        operand = Negation(position, self.postfix())
        return operand if signs % 2 else Negation(position, operand)

    def _arithmetic(self, first: Node, rank: int) -> Node:
        position = self.position
        rest: list[tuple[str, Node]] = []
        while _RANKS.get(self.peek(), 0) == rank:
            operator = self.peek()
            self.accept(operator)
            rest.append((operator, self.operation(rank + 1)))
        return Arithmetic(position, first, tuple(rest))

    def _logic(self, first: Node, operator: str, rank: int) -> Node:
        items = [first]
        while self.accept_word(operator):
            items.append(self.operation(rank + 1))
        kind = And if operator == "and" else Or
        return kind(first.position, tuple(items))

    def _comparison(self, left: Node, operator: str) -> Node:
        position = self.skip()
        if operator == "between":
            self.accept_word("between")
            low = self.operation(_ARITHMETIC_RANK)
            self.expect_word("and")
            return Between(position, left, low, self.operation(_ARITHMETIC_RANK))
        if operator == "in":
            self.accept_word("in")
            return In(position, left, self._in_tests())
        self.accept(operator)
        return Comparison(position, operator, left, self.operation(_ARITHMETIC_RANK))

    def _in_tests(self) -> tuple[Node, ...]:
        position = self.skip()
        if self.peek() != "(":
            return (self._test(_ARITHMETIC_RANK),)
        self.accept("(")
        first = self._test(1)
        if self.peek() == ".." and isinstance(first, TestExpression):
            interval = self._interval_end(position, first.expression, False)
            return (TestExpression(position, interval, False),)
        tests = [first]
        while self.accept(","):
            tests.append(self._test(1))
        self.expect(")")
        return tuple(tests)

    def _test(self, rank: int) -> Node:
        position = self.skip()
        mark = self.peek()
        if mark in COMPARISON_MARKS:
            self.accept(mark)
            return TestComparison(position, mark, self.operation(_ARITHMETIC_RANK))
        outer, self.uses_input = self.uses_input, False
        node = self.expression() if rank == 1 else self.operation(rank)
        is_condition, self.uses_input = self.uses_input, outer or self.uses_input
        return TestExpression(position, node, is_condition and not isinstance(node, RangeNode))

    def _if(self) -> Node:
        position = self.skip()
        self.expect_word("if")
        condition = self.expression()
        self.expect_word("then")
        then = self.expression()
        self.expect_word("else")
        return If(position, condition, then, self.expression())

    def _iterators(self, stack: ExitStack) -> tuple[Iterator, ...]:
        iterators: list[Iterator] = []
        while not iterators or self.accept(","):
            position = self.skip()
            name = self.read_parameter_name()
            self.expect_word("in")
            domain = self.expression()
            end = self.expression() if self.accept("..") else None
            iterators.append(Iterator(position, name, domain, end))
            stack.enter_context(self.bound(name))
        return tuple(iterators)

    def _for(self) -> Node:
        position = self.skip()
        self.expect_word("for")
        with ExitStack() as stack:
            iterators = self._iterators(stack)
            self.expect_word("return")
            stack.enter_context(self.bound("partial"))
            return For(position, iterators, self.expression())

    def _quantified(self) -> Node:
        position = self.skip()
        every = self.accept_word("every")
        if not every:
            self.expect_word("some")
        with ExitStack() as stack:
            iterators = self._iterators(stack)
            self.expect_word("satisfies")
            return Quantified(position, every, iterators, self.expression())

    def _function(self) -> Node:
        position = self.skip()
        self.expect_word("function")
        self.expect("(")
        parameters: list[tuple[str, TypeNode | None]] = []
        while self.peek() != ")":
            name = self.read_parameter_name()
            parameters.append((name, self.read_type() if self.accept(":") else None))
            if not self.accept(","):
                break
        self.expect(")")
        external = self.accept_word("external")
        with self.bound(*(name for name, kind in parameters)):
            body = self.expression()
        return FunctionNode(position, tuple(parameters), None if external else body)

    def whole_tests(self) -> Tests:
        """Unary tests: the text of one input cell."""
        position = self.skip()
        if self.accept("-") and not self.peek():
            return Tests(position, (), False)
        self.position = position
        negated = self._negated_tests()
        if negated is not None:
            return negated
        tests = [self._test(1)]
        while self.accept(","):
            tests.append(self._test(1))
        self._end()
        return Tests(position, tuple(tests), False)

    def _negated_tests(self) -> Tests | None:
        position = self.skip()
        if not self.accept_word("not") or not self.accept("("):
            self.position = position
            return None
        tests = [self._test(1)]
        while self.accept(","):
            tests.append(self._test(1))
        if self.accept(")") and not self.peek():
            return Tests(position, tuple(tests), True)
        # Something follows, as in not(a) and b: an ordinary expression after all.
        self.position = position
        return None


def parser_for(
    text: str,
    names: Iterable[str] = (),
    members: frozenset[str] = frozenset(),
    type_names: Iterable[str] = (),
    limits: Limits = DEFAULT_LIMITS,
) -> Parser:
    """A parser that knows these names; those of the built-in functions must be among them."""
    return Parser(text, names, members, limits, type_names)
