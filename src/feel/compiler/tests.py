"""Unary tests and the operator `in` (DMN 1.5, 10.3.2.8 and table 51)."""

from __future__ import annotations

from ..compare import COMPARISONS, disjunction, equals, in_range
from ..runtime import Frame, Run, Thunk
from ..syntax.nodes import In, Node, TestComparison, TestExpression, Tests
from ..values import Range, Value
from .access import frame_of
from .core import Compiler, handles

INPUT = "?"


def _input(frame: Frame) -> Value:
    layer: Frame | None = frame
    while layer is not None:
        if INPUT in layer.names:
            value: Value = layer.names[INPUT]
            return value
        layer = layer.parent
    return None


@handles(TestComparison)
def test_comparison(compiler: Compiler, node: TestComparison) -> Thunk:
    compare, operand = COMPARISONS[node.operator], compiler.compile(node.operand)
    return lambda frame: compare(_input(frame), operand(frame), frame.run)


@handles(TestExpression)
def test_expression(compiler: Compiler, node: TestExpression) -> Thunk:
    expression = compiler.compile(node.expression)
    if node.is_condition:
        return expression
    return lambda frame: value_passes(_input(frame), expression(frame), frame.run)


def value_passes(value: Value, test: Value, run: Run) -> bool | None:
    """Whether the value equals the test, lies in it, or the test is true in itself."""
    if isinstance(test, Range):
        return _equal_or(value, test, in_range(value, test) if not isinstance(value, Range) else False)
    if isinstance(test, list):
        return _in_list(value, test, run)
    if test is True and not isinstance(value, bool):
        return True
    return equals(value, test, run)


def _equal_or(value: Value, test: Value, answer: bool | None) -> bool | None:
    return True if answer is not True and equals(value, test) is True else answer


def _in_list(value: Value, test: list[Value], run: Run) -> bool | None:
    run.charge(1 + (len(test) >> 3))
    if isinstance(value, list) and equals(value, test, run) is True:
        return True
    result = False
    for item in test:
        if isinstance(item, Range) and not isinstance(value, Range):
            result = result or in_range(value, item) is True
        else:
            result = result or equals(value, item, run) is True
    return result


@handles(Tests)
def tests(compiler: Compiler, node: Tests) -> Thunk:
    if not node.items:
        return lambda frame: True
    check = any_of(compiler, node.items)
    if not node.negated:
        return check

    def negated(frame: Frame) -> Value:
        answer = check(frame)
        return None if not isinstance(answer, bool) else not answer

    return negated


def any_of(compiler: Compiler, items: tuple[Node, ...]) -> Thunk:
    checks = [compiler.compile(item) for item in items]

    def check(frame: Frame) -> Value:
        result: bool | None = False
        for one in checks:
            result = disjunction(result, one(frame))
            if result is True:
                return True
        return result

    return check


@handles(In)
def contained(compiler: Compiler, node: In) -> Thunk:
    value, check = compiler.compile(node.value), any_of(compiler, node.tests)
    return lambda frame: check(frame_of({INPUT: value(frame)}, frame))
