"""Boxed expressions as closures (DMN 1.5, 7.3 and 10.2.2)."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import TypeAlias
from xml.etree.ElementTree import Element

from ..builtins.lists import index_at
from ..compiler.access import frame_of, item_frame
from ..compiler.control import choose, closure, iterate, quantify, values_of
from ..errors import NOWHERE, FeelNull
from ..invocation import invoke
from ..runtime import Frame, Thunk
from ..types import FeelType, coerce
from ..values import Function, Parameter, Value, kind_of
from .build import Builder
from .tables import build_table
from .xml import child, children, local, name_of, text_in, type_ref

Names: TypeAlias = frozenset[str]
Box: TypeAlias = Callable[["Boxes", Element, Names], Thunk]


def nothing(frame: Frame) -> Value:
    return None


class Boxes:
    """Compiles the boxed expressions of one decision or business knowledge model, the `owner`."""

    def __init__(self, builder: Builder, owner: str) -> None:
        self.builder = builder
        self.owner = owner

    def compile(self, element: Element | None, names: Names, open_scope: bool = False) -> Thunk:
        """The closure; a missing box gives null."""
        if element is None:
            return nothing
        if open_scope and local(element) == "literalExpression":
            return self.builder.expression(element, text_in(element), names, self.owner, True)
        self.builder.deeper(1)
        thunk = _BOXES[local(element)](self, element, names)
        self.builder.deeper(-1)
        return thunk

    def inner(self, element: Element | None, names: Names, open_scope: bool = False) -> Thunk:
        """The box inside an element such as `if` or `in`."""
        return self.compile(None if element is None else child(element, *_BOXES), names, open_scope)

    def type_of(self, element: Element | None) -> FeelType | None:
        return None if element is None else self.builder.reader.resolve(element, type_ref(element))


def logic_of(element: Element | None) -> Element | None:
    """The boxed expression among the children."""
    return child(element, *_BOXES)


def typed(thunk: Thunk, kind: FeelType | None, name: str) -> Thunk:
    """The value converted to the type; null where it does not fit."""
    if kind is None:
        return thunk

    def convert(frame: Frame) -> Value:
        return converted(thunk(frame), kind, name, frame)

    return convert


def converted(value: Value, kind: FeelType | None, name: str, frame: Frame) -> Value:
    fits, result = coerce(value, kind)
    if not fits:
        frame.run.warn(NOWHERE, f"Der Wert von „{name}“ ({kind_of(value)}) hat nicht die vereinbarte Art.")
    return result


def _literal(boxes: Boxes, element: Element, names: Names) -> Thunk:
    text = text_in(element)
    if child(element, "importedValues") is not None:
        boxes.builder.report(
            element, boxes.owner, "imported-values", "Importierte Werte werden nicht gelesen."
        )
        return nothing
    return boxes.builder.expression(element, text, names, boxes.owner) if text.strip() else nothing


def _table(boxes: Boxes, element: Element, names: Names) -> Thunk:
    return build_table(boxes.builder, element, names, boxes.owner)


def _context(boxes: Boxes, element: Element, names: Names) -> Thunk:
    entries: list[tuple[str, Thunk]] = []
    result: Thunk | None = None
    known = names
    for entry in children(element, "contextEntry"):
        variable = child(entry, "variable")
        logic = logic_of(entry)
        if variable is None:
            result = boxes.compile(logic, known)
            continue
        name = name_of(variable)
        is_function = logic is not None and local(logic) == "functionDefinition"
        box = boxes.compile(logic, known | {name} if is_function else known)
        boxes.builder.members.add(name)
        entries.append((name, typed(box, boxes.type_of(variable), name)))
        known = known | {name}

    def build(frame: Frame) -> Value:
        values: dict[str, Value] = {}
        scope = frame_of(values, frame)
        for name, box in entries:
            values[name] = box(scope)
        return values if result is None else result(scope)

    return build


def _list(boxes: Boxes, element: Element, names: Names) -> Thunk:
    items = [boxes.compile(one, names) for one in children(element, *_BOXES)]
    return lambda frame: [item(frame) for item in items]


def _relation(boxes: Boxes, element: Element, names: Names) -> Thunk:
    columns = [(name_of(one), boxes.type_of(one)) for one in children(element, "column")]
    boxes.builder.members.update(name for name, kind in columns)
    rows = [
        [
            (name, typed(boxes.compile(cell, names), kind, name))
            for (name, kind), cell in zip(columns, children(row, *_BOXES), strict=False)
        ]
        for row in children(element, "row")
    ]
    return lambda frame: [{name: cell(frame) for name, cell in row} for row in rows]


def _invocation(boxes: Boxes, element: Element, names: Names) -> Thunk:
    callee = boxes.compile(logic_of(element), names)
    arguments: list[tuple[str, Thunk]] = []
    for binding in children(element, "binding"):
        parameter = child(binding, "parameter")
        if parameter is not None:
            arguments.append((name_of(parameter), boxes.compile(logic_of(binding), names)))

    def run(frame: Frame) -> Value:
        function = callee(frame)
        values = {name: argument(frame) for name, argument in arguments}
        try:
            if not isinstance(function, Function):
                raise FeelNull("Der Aufruf nennt keine Funktion. Bitte Namen und Anforderungen prüfen.")
            return invoke(function, values, frame.run)
        except FeelNull as refused:
            frame.run.warn(NOWHERE, refused.message)
            return None

    return run


def formal_parameters(boxes: Boxes, element: Element) -> tuple[Parameter, ...]:
    return tuple(Parameter(name_of(one), boxes.type_of(one)) for one in children(element, "formalParameter"))


def function_definition(boxes: Boxes, element: Element, names: Names) -> Thunk:
    """A function; kinds other than FEEL would run foreign code and are refused."""
    parameters = formal_parameters(boxes, element)
    if element.get("kind", "FEEL") != "FEEL":
        kind = element.get("kind", "")
        boxes.builder.report(
            element,
            boxes.owner,
            "function-kind",
            f"Funktionen der Art {kind} werden nicht ausgeführt. Bitte FEEL.",
        )
        return nothing
    inner = names.union(parameter.name for parameter in parameters)
    return closure(parameters, boxes.compile(logic_of(element), inner), boxes.owner)


def _conditional(boxes: Boxes, element: Element, names: Names) -> Thunk:
    condition, then, otherwise = (boxes.inner(child(element, part), names) for part in ("if", "then", "else"))
    return choose(condition, then, otherwise, NOWHERE)


def _variable(element: Element) -> str:
    return " ".join(element.get("iteratorVariable", "").split())


def _for(boxes: Boxes, element: Element, names: Names) -> Thunk:
    variable = _variable(element)
    domain = values_of(boxes.inner(child(element, "in"), names), NOWHERE)
    body = boxes.inner(child(element, "return"), names | {variable, "partial"})
    return iterate([(variable, domain)], body, _speaks_of_partial(element), NOWHERE)


def _speaks_of_partial(element: Element) -> bool:
    return any("partial" in text for text in element.itertext())


def _quantified(boxes: Boxes, element: Element, names: Names) -> Thunk:
    variable = _variable(element)
    domain = values_of(boxes.inner(child(element, "in"), names), NOWHERE)
    condition = boxes.inner(child(element, "satisfies"), names | {variable})
    return quantify([(variable, domain)], condition, local(element) == "every", NOWHERE)


def _filter(boxes: Boxes, element: Element, names: Names) -> Thunk:
    items = boxes.inner(child(element, "in"), names)
    match = boxes.inner(child(element, "match"), names | {"item"}, open_scope=True)

    def select(frame: Frame) -> Value:
        value = items(frame)
        if value is None:
            return None
        return _select(value if isinstance(value, list) else [value], match, frame)

    return select


def _select(items: list[Value], match: Thunk, frame: Frame) -> Value:
    result: list[Value] = []
    for item in items:
        frame.run.charge(1)
        answer = match(item_frame(item, frame))
        if isinstance(answer, Decimal):
            try:
                return items[index_at(answer, len(items))]
            except FeelNull:
                return None
        if answer is not None and not isinstance(answer, bool):
            frame.run.warn(NOWHERE, f"Der Filter ergibt {kind_of(answer)} statt eines Wahrheitswerts.")
            return None
        if answer:
            result.append(item)
    return result


_BOXES: dict[str, Box] = {
    "literalExpression": _literal,
    "decisionTable": _table,
    "context": _context,
    "list": _list,
    "relation": _relation,
    "invocation": _invocation,
    "functionDefinition": function_definition,
    "conditional": _conditional,
    "for": _for,
    "some": _quantified,
    "every": _quantified,
    "filter": _filter,
}
