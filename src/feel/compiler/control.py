"""if, for, some, every, function definitions and calls (DMN 1.5, 10.3.2.13 to 10.3.2.15)."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from decimal import Decimal
from typing import TypeAlias

from ..builtins import FUNCTIONS
from ..compare import conjunction, disjunction
from ..decimals import as_int, is_integer
from ..errors import FeelLimitError, FeelNull, Place
from ..invocation import invoke, user_function
from ..runtime import Frame, Run, Thunk
from ..syntax import nodes
from ..syntax.analysis import free_paths
from ..syntax.nodes import Call, For, FunctionNode, If, Name, Node, Quantified
from ..temporal.types import FarDate, date_of_day_number, day_number
from ..values import DATE_KINDS, Arguments, Function, Parameter, Range, Value, kind_of
from .access import frame_of
from .core import Compiler, handles

# Gives the items of an iteration; Frame is the scope in which the domain is worked out.
Domain: TypeAlias = Callable[[Frame], Iterator[Value]]


@handles(If)
def conditional(compiler: Compiler, node: If) -> Thunk:
    condition, then, otherwise = (
        compiler.compile(part) for part in (node.condition, node.then, node.otherwise)
    )
    return choose(condition, then, otherwise, compiler.place(node))


def choose(condition: Thunk, then: Thunk, otherwise: Thunk, place: Place) -> Thunk:
    """`otherwise` for false and null; null where the condition is no truth value."""

    def decide(frame: Frame) -> Value:
        value = condition(frame)
        if value is True:
            return then(frame)
        if value is None or value is False:
            return otherwise(frame)
        frame.run.warn(place, f"Die Bedingung ergibt {kind_of(value)} statt eines Wahrheitswerts.")
        return None

    return decide


def values_of(domain: Thunk, place: Place) -> Domain:
    """The items of a list, the whole numbers or days of a range, or the single value."""

    def items(frame: Frame) -> Iterator[Value]:
        value = domain(frame)
        if isinstance(value, list):
            return iter(value)
        if isinstance(value, Range):
            return _range_items(value)
        if value is None:
            raise FeelNull("Die Liste, die durchlaufen werden soll, ist leer (null).")
        return iter([value])

    return items


def _range_items(value: Range) -> Iterator[Value]:
    start, end = _ordinal(value.start), _ordinal(value.end)
    first = start if value.start_included else start + 1
    last = end if value.end_included else end - 1
    make = _maker(value.start, value.end)
    return iter([]) if first > last else map(make, range(first, last + 1))


def _counted(first: Value, last: Value) -> Iterator[Value]:
    """`first..last`, downwards where the first is greater."""
    start, end = _ordinal(first), _ordinal(last)
    step = 1 if start <= end else -1
    return map(_maker(first, last), range(start, end + step, step))


def _ordinal(value: Value) -> int:
    if isinstance(value, DATE_KINDS):
        return day_number(value)
    if isinstance(value, Decimal) and is_integer(value) and value.adjusted() < 19:
        return as_int(value)
    raise FeelNull("Ein Bereich lässt sich nur mit ganzen Zahlen oder Tagen durchlaufen.")


def _maker(first: Value, last: Value) -> Callable[[int], Value]:
    if isinstance(first, Decimal) and isinstance(last, Decimal):
        return Decimal
    if isinstance(first, (date, FarDate)) and isinstance(last, (date, FarDate)):
        return date_of_day_number
    raise FeelNull("Anfang und Ende des Bereichs haben verschiedene Art.")


def _domain(compiler: Compiler, node: nodes.Iterator) -> Domain:
    start = compiler.compile(node.domain)
    if node.end is None:
        return values_of(start, compiler.place(node))
    end = compiler.compile(node.end)
    return lambda frame: _counted(start(frame), end(frame))


def passes(iterators: list[tuple[str, Domain]], frame: Frame, place: Place) -> Iterator[Frame]:
    """One scope for each combination, the last iterator runs fastest."""
    name, domain = iterators[0]
    for item in domain(frame):
        frame.run.charge(place.weight, place)
        inner = frame_of({name: item}, frame)
        if len(iterators) == 1:
            yield inner
        else:
            yield from passes(iterators[1:], inner, place)


@handles(For)
def iteration(compiler: Compiler, node: For) -> Thunk:
    iterators = [(iterator.name, _domain(compiler, iterator)) for iterator in node.iterators]
    return iterate(
        iterators, compiler.compile(node.body), _speaks_of(node.body, "partial"), compiler.place(node)
    )


def iterate(iterators: list[tuple[str, Domain]], body: Thunk, partial: bool, place: Place) -> Thunk:
    """The list of the body's values; with `partial` each pass sees the values so far."""

    def run(frame: Frame) -> Value:
        results: list[Value] = []
        limit = frame.run.limits.list_size
        try:
            for inner in passes(iterators, frame, place):
                if partial:
                    frame.run.charge(len(results) >> 3, place)
                    inner = frame_of({"partial": list(results)}, inner)
                results.append(body(inner))
                if len(results) > limit:
                    frame.run.list_room(len(results), place)
        except FeelNull as refused:
            frame.run.warn(place, refused.message)
            return None
        return results

    return run


def _speaks_of(node: Node, name: str) -> bool:
    return any(path[0] == name for path in free_paths(node, None, frozenset()))


@handles(Quantified)
def quantified(compiler: Compiler, node: Quantified) -> Thunk:
    iterators = [(iterator.name, _domain(compiler, iterator)) for iterator in node.iterators]
    return quantify(iterators, compiler.compile(node.condition), node.every, compiler.place(node))


def quantify(iterators: list[tuple[str, Domain]], condition: Thunk, every: bool, place: Place) -> Thunk:
    """Three-valued; null as well where the condition is no truth value."""
    join = conjunction if every else disjunction

    def decide(frame: Frame) -> Value:
        result: bool | None = every
        try:
            for inner in passes(iterators, frame, place):
                value = condition(inner)
                if value is not None and not isinstance(value, bool):
                    raise FeelNull(f"Die Bedingung ergibt {kind_of(value)} statt eines Wahrheitswerts.")
                result = join(result, value)
        except FeelNull as refused:
            frame.run.warn(place, refused.message)
            return None
        return result

    return decide


@handles(FunctionNode)
def definition(compiler: Compiler, node: FunctionNode) -> Thunk:
    parameters = tuple(Parameter(name, compiler.optional_type(kind)) for name, kind in node.parameters)
    place = compiler.place(node)
    if node.body is None:
        return refused(place, "Funktionen außerhalb von FEEL (Java, PMML) werden nicht ausgeführt.")
    return closure(parameters, compiler.compile(node.body))


def refused(place: Place, message: str) -> Thunk:
    def warn(frame: Frame) -> Value:
        frame.run.warn(place, message)
        return None

    return warn


def closure(parameters: tuple[Parameter, ...], body: Thunk, name: str = "function") -> Thunk:
    """A function value that sees the names of the place where it is defined."""
    names = [parameter.name for parameter in parameters]

    def make(frame: Frame) -> Value:
        def call(values: list[Value], run: Run) -> Value:
            return body(Frame(dict(zip(names, values, strict=True)), frame, run))

        return user_function(name, parameters, call)

    return make


@handles(Call)
def call(compiler: Compiler, node: Call) -> Thunk:
    arguments = [compiler.compile(argument) for argument in node.arguments]
    callee = _callee(compiler, node.function)
    names = node.names
    place = compiler.place(node)

    def run(frame: Frame) -> Value:
        function = callee(frame)
        values = [argument(frame) for argument in arguments]
        bound: Arguments = values if names is None else dict(zip(names, values, strict=True))
        try:
            if function is None:
                raise FeelNull("Hier steht keine Funktion. Bitte den Namen prüfen.")
            return invoke(function, bound, frame.run, place)
        except FeelNull as refused:
            frame.run.warn(place, refused.message)
            return None
        except FeelLimitError as reached:
            raise reached if reached.located else place.limit(reached.message) from None

    return run


def _callee(compiler: Compiler, node: Node) -> Callable[[Frame], Function | None]:
    """The function; a variable of the same name that is no function does not hide a built-in one."""
    builtin = FUNCTIONS.get(node.name) if isinstance(node, Name) else None
    value = compiler.compile(node)

    def find(frame: Frame) -> Function | None:
        found = value(frame)
        return found if isinstance(found, Function) else builtin

    return find
