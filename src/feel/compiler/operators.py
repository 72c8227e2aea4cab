"""Operators: arithmetic, comparison, logic, instance of (DMN 1.5, 10.3.2.13)."""

from __future__ import annotations

import operator
from collections.abc import Callable
from decimal import Decimal

from ..arithmetic import ARITHMETIC, ARITHMETIC_ERRORS, negate
from ..compare import COMPARISONS, conjunction, equals, less_equal
from ..errors import FeelNull, Place
from ..runtime import Frame, Thunk
from ..syntax.nodes import And, Arithmetic, Between, Comparison, InstanceOf, Negation, Or
from ..types import instance_of
from ..values import Value, kind_of
from .core import Compiler, handles

_OF_NUMBERS: dict[str, Callable[[Decimal, Decimal], bool]] = {
    "!=": operator.ne,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}


def reason(error: Exception) -> str:
    """What to tell about an operation without result."""
    return error.message if isinstance(error, FeelNull) else "Die Zahl ist zu groß oder nicht berechenbar."


@handles(Arithmetic)
def arithmetic(compiler: Compiler, node: Arithmetic) -> Thunk:
    first = compiler.compile(node.first)
    rest = [(ARITHMETIC[sign], compiler.compile(operand)) for sign, operand in node.rest]
    place = compiler.place(node)

    def calculate(frame: Frame) -> Value:
        value = first(frame)
        try:
            for operation, operand in rest:
                value = operation(value, operand(frame), frame.run)
        except ARITHMETIC_ERRORS as refused:
            frame.run.warn(place, reason(refused))
            return None
        return value

    return calculate


@handles(Negation)
def negation(compiler: Compiler, node: Negation) -> Thunk:
    operand = compiler.compile(node.operand)
    place = compiler.place(node)

    def calculate(frame: Frame) -> Value:
        try:
            return negate(operand(frame))
        except ARITHMETIC_ERRORS as refused:
            frame.run.warn(place, reason(refused))
            return None

    return calculate


@handles(Comparison)
def comparison(compiler: Compiler, node: Comparison) -> Thunk:
    left, right = compiler.compile(node.left), compiler.compile(node.right)
    place = compiler.place(node)
    if node.operator == "=":
        return _equality(left, right, place)
    compare, of_numbers = COMPARISONS[node.operator], _OF_NUMBERS[node.operator]

    def decide(frame: Frame) -> Value:
        first, second = left(frame), right(frame)
        if type(first) is Decimal and type(second) is Decimal:
            return of_numbers(first, second)
        answer = compare(first, second, frame.run)
        if answer is None:
            _warn_kinds(frame, place, first, second)
        return answer

    return decide


def _equality(left: Thunk, right: Thunk, place: Place) -> Thunk:
    def decide(frame: Frame) -> Value:
        first, second = left(frame), right(frame)
        kind = type(first)
        if kind is type(second) and (kind is str or kind is Decimal):
            return first == second
        answer = equals(first, second, frame.run)
        if answer is None:
            _warn_kinds(frame, place, first, second)
        return answer

    return decide


def _warn_kinds(frame: Frame, place: Place, first: Value, second: Value) -> None:
    if frame.run.warnings is not None:
        frame.run.warn(place, f"{kind_of(first)} und {kind_of(second)} lassen sich nicht vergleichen.")


@handles(Between)
def between(compiler: Compiler, node: Between) -> Thunk:
    value, low, high = (compiler.compile(part) for part in (node.value, node.low, node.high))

    def decide(frame: Frame) -> Value:
        middle = value(frame)
        return conjunction(less_equal(low(frame), middle), less_equal(middle, high(frame)))

    return decide


@handles(And)
def conjunction_of(compiler: Compiler, node: And) -> Thunk:
    items = [compiler.compile(item) for item in node.items]

    def decide(frame: Frame) -> Value:
        result: bool | None = True
        for item in items:
            value = item(frame)
            if value is False:
                return False
            if value is not True:
                result = None
        return result

    return decide


@handles(Or)
def disjunction_of(compiler: Compiler, node: Or) -> Thunk:
    items = [compiler.compile(item) for item in node.items]

    def decide(frame: Frame) -> Value:
        result: bool | None = False
        for item in items:
            value = item(frame)
            if value is True:
                return True
            if value is not False:
                result = None
        return result

    return decide


@handles(InstanceOf)
def instance(compiler: Compiler, node: InstanceOf) -> Thunk:
    value, kind = compiler.compile(node.value), compiler.type_of(node.type)
    return lambda frame: instance_of(value(frame), kind)
