"""Functions that make one value of a list: sums, extremes, statistics, all and any (DMN 1.5, 10.3.4.4)."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal

from ..arithmetic import add
from ..compare import conjunction, disjunction, greater, less
from ..decimals import MATH
from ..errors import FeelNull
from ..runtime import Run
from ..temporal.types import Duration, YearsMonthsDuration
from ..values import Value
from .registry import builtin


def _numbers(run: Run, items: list[Value]) -> list[Decimal]:
    run.charge(len(items))
    numbers = [item for item in items if isinstance(item, Decimal)]
    if len(numbers) != len(items):
        raise FeelNull("Die Liste darf nur Zahlen enthalten.")
    return numbers


def _extreme(run: Run, items: list[Value], better: Callable[[Value, Value], bool | None]) -> Value:
    run.charge(len(items))
    if not items:
        return None
    best = items[0]
    for item in items:
        answer = better(item, best)
        if answer is None:
            raise FeelNull("Die Werte der Liste lassen sich nicht vergleichen.")
        best = item if answer else best
    return best


@builtin("min", "list: list")
@builtin("min", "*items: any")
def minimum(run: Run, items: list[Value]) -> Value:
    return _extreme(run, items, less)


@builtin("max", "list: list")
@builtin("max", "*items: any")
def maximum(run: Run, items: list[Value]) -> Value:
    return _extreme(run, items, greater)


@builtin("sum", "list: list")
@builtin("sum", "*items: any")
def total(run: Run, items: list[Value]) -> Value:
    run.charge(len(items))
    if not items:
        return None
    result: Value = items[0]
    for item in items:
        if type(item) is not type(result) or not isinstance(item, (Decimal, Duration, YearsMonthsDuration)):
            raise FeelNull("Die Liste darf nur Zahlen oder nur Dauern einer Art enthalten.")
    for item in items[1:]:
        result = add(result, item, run)
    return result


@builtin("mean", "list: list")
@builtin("mean", "*items: any")
def mean(run: Run, items: list[Value]) -> Value:
    numbers = _numbers(run, items)
    return _mean(numbers) if numbers else None


def _mean(numbers: list[Decimal]) -> Decimal:
    return MATH.divide(_sum(numbers), Decimal(len(numbers)))


def _sum(numbers: list[Decimal]) -> Decimal:
    result = Decimal(0)
    for number in numbers:
        result = MATH.add(result, number)
    return result


@builtin("product", "list: list")
@builtin("product", "*items: any")
def product(run: Run, items: list[Value]) -> Value:
    numbers = _numbers(run, items)
    if not numbers:
        return None
    result = Decimal(1)
    for number in numbers:
        result = MATH.multiply(result, number)
    return result


@builtin("median", "list: list")
@builtin("median", "*items: any")
def median(run: Run, items: list[Value]) -> Value:
    numbers = sorted(_numbers(run, items))
    if not numbers:
        return None
    middle = len(numbers) // 2
    return numbers[middle] if len(numbers) % 2 else _mean(numbers[middle - 1 : middle + 1])


@builtin("stddev", "list: list")
@builtin("stddev", "*items: any")
def stddev(run: Run, items: list[Value]) -> Value:
    numbers = _numbers(run, items)
    if len(numbers) < 2:
        raise FeelNull("Die Liste braucht mindestens zwei Zahlen.")
    middle = _mean(numbers)
    squares = [MATH.power(MATH.subtract(number, middle), Decimal(2)) for number in numbers]
    return MATH.sqrt(MATH.divide(_sum(squares), Decimal(len(numbers) - 1)))


@builtin("mode", "list: list")
@builtin("mode", "*items: any")
def mode(run: Run, items: list[Value]) -> Value:
    tally: dict[Decimal, int] = {}
    for number in _numbers(run, items):
        tally[number] = tally.get(number, 0) + 1
    most = max(tally.values(), default=0)
    result: list[Value] = []
    result.extend(number for number in sorted(tally) if tally[number] == most)
    return result


@builtin("all", "list: list")
@builtin("all", "*items: any")
def all_true(run: Run, items: list[Value]) -> Value:
    return _fold(run, items, True, conjunction)


@builtin("any", "list: list")
@builtin("any", "*items: any")
def any_true(run: Run, items: list[Value]) -> Value:
    return _fold(run, items, False, disjunction)


def _fold(run: Run, items: list[Value], start: bool, join: Callable[[Value, Value], bool | None]) -> Value:
    run.charge(len(items))
    result: bool | None = start
    for item in items:
        if item is not None and not isinstance(item, bool):
            raise FeelNull("Die Liste darf nur Wahrheitswerte enthalten.")
        result = join(result, item)
    return result


@builtin("not", "negand: any?")
def negation(run: Run, negand: Value) -> Value:
    return not negand if isinstance(negand, bool) else None
