"""List functions that build or search lists (DMN 1.5, 10.3.4.4)."""

from __future__ import annotations

from decimal import Decimal

from ..compare import same
from ..decimals import as_int
from ..errors import FeelNull
from ..runtime import Run
from ..values import Value
from .registry import builtin


def index_at(position: Decimal, size: int) -> int:
    """The Python index of a FEEL position: 1 is the first, -1 the last. Raises FeelNull outside the list."""
    place = as_int(position)
    if place == 0 or abs(place) > size:
        raise FeelNull(f"Die Stelle {place} gibt es in der Liste mit {size} Einträgen nicht.")
    return place - 1 if place > 0 else size + place


@builtin("list contains", "list: list", "element: any?")
def list_contains(run: Run, items: list[Value], element: Value) -> Value:
    run.charge(len(items))
    return any(same(item, element, run) for item in items)


@builtin("count", "list: list")
def count(run: Run, items: list[Value]) -> Value:
    return Decimal(len(items))


@builtin("sublist", "list: list", "start position: number", "length?: number")
def sublist(run: Run, items: list[Value], start: Decimal, length: Decimal | None) -> Value:
    first = index_at(start, len(items))
    run.list_room(len(items) - first)
    if length is None:
        return items[first:]
    if length < 1 or first + length > len(items):
        raise FeelNull("Die Liste ist dafür zu kurz.")
    return items[first : first + as_int(length)]


@builtin("append", "list: list", "*item: any?")
def append(run: Run, items: list[Value], more: list[Value]) -> Value:
    run.list_room(len(items) + len(more))
    return [*items, *more]


@builtin("concatenate", "*list: list")
def concatenate(run: Run, lists: list[Value]) -> Value:
    result: list[Value] = []
    for items in _lists(lists):
        run.list_room(len(result) + len(items))
        result.extend(items)
    return result


def _lists(values: list[Value]) -> list[list[Value]]:
    if any(value is None for value in values):
        raise FeelNull("Eine der Listen ist null.")
    return [value if isinstance(value, list) else [value] for value in values]


@builtin("union", "*list: list")
def union(run: Run, lists: list[Value]) -> Value:
    return distinct(run, [item for items in _lists(lists) for item in items])


@builtin("distinct values", "list: list")
def distinct_values(run: Run, items: list[Value]) -> Value:
    return distinct(run, items)


def distinct(run: Run, items: list[Value]) -> list[Value]:
    """The items without repetition, the first of equal ones stays."""
    run.list_room(len(items))
    result: list[Value] = []
    seen: set[tuple[type, object]] = set()
    for item in items:
        if isinstance(item, (str, bool, Decimal)) or item is None:
            # Equal values of these kinds have equal hashes, which spares the comparison with every other.
            key = (type(item), item)
            if key not in seen:
                seen.add(key)
                result.append(item)
            continue
        run.charge(len(result) >> 3)
        if not any(same(item, other, run) for other in result):
            result.append(item)
    return result


@builtin("insert before", "list: list", "position: number", "newItem: any?")
def insert_before(run: Run, items: list[Value], position: Decimal, new: Value) -> Value:
    run.list_room(len(items) + 1)
    place = index_at(position, len(items))
    return [*items[:place], new, *items[place:]]


@builtin("remove", "list: list", "position: number")
def remove(run: Run, items: list[Value], position: Decimal) -> Value:
    run.list_room(len(items))
    place = index_at(position, len(items))
    return [*items[:place], *items[place + 1 :]]


@builtin("reverse", "list: list")
def reverse(run: Run, items: list[Value]) -> Value:
    run.list_room(len(items))
    return items[::-1]


@builtin("index of", "list: list", "match: any?")
def index_of(run: Run, items: list[Value], match: Value) -> Value:
    run.charge(len(items))
    return [Decimal(place) for place, item in enumerate(items, 1) if same(item, match, run)]


@builtin("flatten", "list: list")
def flatten(run: Run, items: list[Value]) -> Value:
    result: list[Value] = []
    _flatten(run, items, result)
    return result


def _flatten(run: Run, items: list[Value], result: list[Value]) -> None:
    run.enter()
    for item in items:
        run.charge(1)
        if isinstance(item, list):
            _flatten(run, item, result)
        else:
            result.append(item)
    run.leave()
