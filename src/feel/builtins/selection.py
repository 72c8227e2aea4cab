"""List functions that take a function: sorting and replacing (DMN 1.5, 10.3.4.4 and 10.3.4.7)."""

from __future__ import annotations

from decimal import Decimal
from functools import cmp_to_key

from ..compare import less
from ..errors import FeelNull
from ..invocation import invoke
from ..runtime import Run
from ..values import Function, Value
from .lists import index_at
from .registry import builtin


@builtin("sort", "list: list", "precedes: function")
def sort(run: Run, items: list[Value], precedes: Function) -> Value:
    _needs_two(precedes)
    run.list_room(len(items))

    def compare(left: Value, right: Value) -> int:
        if _truth(invoke(precedes, [left, right], run)):
            return -1
        return 1 if _truth(invoke(precedes, [right, left], run)) else 0

    return sorted(items, key=cmp_to_key(compare))


@builtin("sort", "list: list")
def sort_naturally(run: Run, items: list[Value]) -> Value:
    run.list_room(len(items))

    def compare(left: Value, right: Value) -> int:
        run.charge(1)
        return -1 if _truth(less(left, right)) else int(_truth(less(right, left)))

    return sorted(items, key=cmp_to_key(compare))


@builtin("list replace", "list: list", "position: number", "newItem: any?")
def replace_at(run: Run, items: list[Value], position: Decimal, new: Value) -> Value:
    run.list_room(len(items))
    place = index_at(position, len(items))
    return [*items[:place], new, *items[place + 1 :]]


@builtin("list replace", "list: list", "match: function", "newItem: any?")
def replace_matching(run: Run, items: list[Value], match: Function, new: Value) -> Value:
    _needs_two(match)
    run.list_room(len(items))
    return [new if _truth(invoke(match, [item, new], run)) else item for item in items]


def _needs_two(function: Function) -> None:
    if not function.builtin and len(function.parameters) != 2:
        raise FeelNull("Die Funktion muss zwei Angaben annehmen.")


def _truth(value: Value) -> bool:
    if not isinstance(value, bool):
        raise FeelNull("Die Funktion muss wahr oder falsch ergeben.")
    return value
