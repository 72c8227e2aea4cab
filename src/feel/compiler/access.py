"""Literals, names, paths, filters, lists, contexts and ranges (DMN 1.5, 10.3.2.5, 10.3.2.7, 10.3.2.12)."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from ..builtins import FUNCTIONS
from ..builtins.lists import index_at
from ..decimals import number_from
from ..errors import FeelNull, Place
from ..properties import property_of
from ..ranges import make_range
from ..runtime import NUMBERS, READY, Frame, Thunk
from ..syntax.nodes import (
    And,
    Between,
    Comparison,
    ContextNode,
    Filter,
    In,
    InstanceOf,
    ListNode,
    Literal,
    Name,
    Node,
    Or,
    Path,
    Quantified,
    RangeNode,
)
from ..values import Value
from .core import Compiler, handles

_ABSENT: Any = object()


@handles(Literal)
def literal(compiler: Compiler, node: Literal) -> Thunk:
    value = node.value
    if node.problem is None:
        return lambda frame: value
    problem, place = node.problem, compiler.place(node)

    def broken(frame: Frame) -> Value:
        frame.run.warn(place, problem)
        return None

    return broken


def adopted(raw: Any, frame: Frame, place: Place) -> Value:
    """The FEEL value of something read from the caller's mapping."""
    if type(raw) in READY:
        value: Value = raw
        return value
    if type(raw) in NUMBERS:
        return number_from(raw)
    try:
        return frame.run.adopt(raw)
    except FeelNull as refused:
        frame.run.warn(place, refused.message)
        return None


@handles(Name)
def name(compiler: Compiler, node: Name) -> Thunk:
    return _path(node.name, (), compiler.place(node))


@handles(Path)
def path(compiler: Compiler, node: Path) -> Thunk:
    members = [node.member]
    base = node.base
    while isinstance(base, Path):
        members.append(base.member)
        base = base.base
    chain = tuple(reversed(members))
    place = compiler.place(node)
    if isinstance(base, Name):
        return _path(base.name, chain, place)
    inner = compiler.compile(base)

    def read(frame: Frame) -> Value:
        value = inner(frame)
        for member in chain:
            value = member_of(value, member, frame, place)
        return value

    return read


def _path(name: str, members: tuple[str, ...], place: Place) -> Thunk:
    fallback = FUNCTIONS.get(name)

    def read(frame: Frame) -> Value:
        layer: Frame | None = frame
        while layer is not None:
            raw = layer.names.get(name, _ABSENT)
            if raw is not _ABSENT:
                return _walk(raw, members, layer, place)
            layer = layer.parent
        if fallback is None:
            frame.run.warn(place, f"Den Namen „{name}“ gibt es hier nicht. Bitte die Schreibweise prüfen.")
            return None
        return _walk(fallback, members, frame, place)

    return read


def _walk(raw: Any, members: tuple[str, ...], frame: Frame, place: Place) -> Value:
    """Follow the members; in the caller's own mapping only what is reached is converted."""
    for index, member in enumerate(members):
        if type(raw) is dict:
            raw = raw.get(member, _ABSENT)
            if raw is _ABSENT:
                _no_member(member, frame, place)
                return None
        else:
            value = adopted(raw, frame, place) if frame.raw else raw
            for rest in members[index:]:
                value = member_of(value, rest, frame, place)
            return value
    if frame.raw and type(raw) not in READY:
        return adopted(raw, frame, place)
    result: Value = raw
    return result


def _no_member(member: str, frame: Frame, place: Place) -> None:
    frame.run.warn(place, f"Den Eintrag „{member}“ gibt es hier nicht. Bitte die Schreibweise prüfen.")


def member_of(value: Value, member: str, frame: Frame, place: Place) -> Value:
    """The path expression value.member: entry, property, or the list of them."""
    if isinstance(value, dict):
        if member in value:
            return value[member]
    elif isinstance(value, list):
        frame.run.list_room(len(value), place)
        return [member_of(item, member, frame, place) for item in value]
    elif value is not None:
        found, result = property_of(value, member)
        if found:
            return result
    _no_member(member, frame, place)
    return None


_CONDITIONS = (And, Or, Comparison, Between, In, InstanceOf, Quantified)


@handles(Filter)
def filtered(compiler: Compiler, node: Filter) -> Thunk:
    base, condition = compiler.compile(node.base), compiler.compile(node.condition)
    place = compiler.place(node)
    may_be_position = not isinstance(node.condition, _CONDITIONS)

    def select(frame: Frame) -> Value:
        value = base(frame)
        items: list[Value] = value if isinstance(value, list) else [] if value is None else [value]
        if may_be_position:
            # Filters inside filters are worked out twice each, so the cost grows fast.
            frame.run.charge(place.weight, place)
            position = _quietly(condition, frame)
            if isinstance(position, Decimal):
                return _item_at(items, position, frame, place)
        if value is None:
            frame.run.warn(place, "Der Filter steht hinter einem leeren Wert (null).")
            return None
        return select_items(items, condition, frame, place)

    return select


def _quietly(condition: Thunk, frame: Frame) -> Value:
    """The condition as a position: outside of the items, where its names may be unknown."""
    run = frame.run
    warnings, run.warnings = run.warnings, None
    try:
        return condition(frame)
    finally:
        run.warnings = warnings


def _item_at(items: list[Value], position: Decimal, frame: Frame, place: Place) -> Value:
    try:
        return items[index_at(position, len(items))]
    except FeelNull as refused:
        frame.run.warn(place, refused.message)
        return None


def item_frame(item: Value, frame: Frame) -> Frame:
    """The scope of a filter: `item`, and the item's own entries before it."""
    inner = Frame({"item": item}, frame, frame.run)
    return Frame(item, inner, frame.run) if isinstance(item, dict) else inner


def select_items(items: list[Value], condition: Thunk, frame: Frame, place: Place) -> list[Value]:
    result: list[Value] = []
    for item in items:
        frame.run.charge(place.weight, place)
        if condition(item_frame(item, frame)) is True:
            result.append(item)
    return result


@handles(ListNode)
def list_of(compiler: Compiler, node: ListNode) -> Thunk:
    items = [compiler.compile(item) for item in node.items]

    def build(frame: Frame) -> Value:
        frame.run.charge(len(items))
        return [item(frame) for item in items]

    return build


@handles(ContextNode)
def context_of(compiler: Compiler, node: ContextNode) -> Thunk:
    entries = [(key, compiler.compile(value)) for key, value in node.entries]

    def build(frame: Frame) -> Value:
        frame.run.charge(len(entries))
        result: dict[str, Value] = {}
        inner = Frame(result, frame, frame.run)
        for key, value in entries:
            result[key] = value(inner)
        return result

    return build


@handles(RangeNode)
def range_of(compiler: Compiler, node: RangeNode) -> Thunk:
    def end(part: Node | None) -> Thunk:
        return (lambda frame: None) if part is None else compiler.compile(part)

    start, stop = end(node.start), end(node.end)
    flags = node.start_included, node.end_included
    place = compiler.place(node)

    def build(frame: Frame) -> Value:
        try:
            return make_range(start(frame), stop(frame), *flags)
        except FeelNull as refused:
            frame.run.warn(place, refused.message)
            return None

    return build


def frame_of(names: Mapping[str, Value], parent: Frame) -> Frame:
    """One more layer of names."""
    return Frame(names, parent, parent.run)
