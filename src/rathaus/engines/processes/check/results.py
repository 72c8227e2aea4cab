"""Which names elements give to later ones, and where two elements want the same."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import fields, is_dataclass

from rathaus.kernel.public import findings

from ..bpmn.model import PEOPLE_TASKS, Element, Kind, Process, Trigger
from ..environment import ANYTHING, Environment, Names
from .graph import Graph

Finding = findings.Finding

IDENTIFIER = re.compile(r"[^\W\d]\w*")
RESERVED = frozenset(
    {
        "antrag",
        "vorgang",
        "person",
        "heute",
        "stadt",
        "empfaenger",
        "loopCounter",
        "item",
        "partial",
    }
)
FEEL_WORDS = frozenset(
    [
        "and",
        "or",
        "not",
        "if",
        "then",
        "else",
        "for",
        "in",
        "return",
        "some",
        "every",
        "satisfies",
        "between",
        "true",
        "false",
        "null",
        "function",
        "instance",
        "of",
    ]
)
TASK_NAMES: Names = {"ergebnis": None, "begruendung": None, "bearbeitet_von": None, "bearbeitet_am": None}
ERROR_NAMES: Names = {"code": None, "meldung": None}


def gives_result(element: Element) -> bool:
    """Whether something is stored under the element's result name."""
    if element.multi is not None:
        return True
    if element.kind in (Kind.START, Kind.CATCH, Kind.BOUNDARY):
        return element.trigger in (Trigger.MESSAGE, Trigger.ERROR)
    if element.kind == Kind.SEND:
        return bool(element.action)
    return element.kind in PEOPLE_TASKS or element.kind in (Kind.SERVICE, Kind.RECEIVE, Kind.RULE, Kind.CALL)


def names_in(element: Element, environment: Environment) -> Names | str | None:
    """What is known about the value: the names in it, or None for anything."""
    if element.multi is not None and element.kind in (Kind.SUBPROCESS, Kind.CALL):
        return ANYTHING
    if element.kind in PEOPLE_TASKS and element.task is not None:
        return {**environment.forms.get(element.task.form, {}), **TASK_NAMES}
    if element.kind in (Kind.SERVICE, Kind.SEND):
        action = environment.actions.find(element.action)
        outputs = action.outputs if action is not None else None
        return {entry.name: None for entry in fields(outputs)} if is_dataclass(outputs) else None
    if element.trigger == Trigger.ERROR:
        return ERROR_NAMES
    return None


def local_scope(process: Process, element: Element) -> str:
    """The multi-instance subprocess whose runs keep the element's result to themselves; "" for the process."""
    scope = element.scope
    while scope:
        host = process.elements[scope]
        if host.multi is not None:
            return scope
        scope = host.scope
    return ""


def check_result_names(process: Process, graph: Graph) -> Iterator[Finding]:
    by_name: dict[tuple[str, str], list[Element]] = defaultdict(list)
    for element in process.elements.values():
        yield from _own_name(element)
        if gives_result(element):
            by_name[local_scope(process, element), element.result_name].append(element)
    for (_scope, name), elements in by_name.items():
        for index, later in enumerate(elements):
            first = next((other for other in elements[:index] if _collide(graph, other, later)), None)
            if first is not None:
                yield Finding(
                    later.id,
                    "result.collision",
                    f"Das Ergebnis „{name}“ gibt es schon bei „{first.label}“ ({first.id}) und würde überschrieben. "
                    "Geben Sie mit rathaus:result einen anderen Namen an.",
                )


def _collide(graph: Graph, one: Element, other: Element) -> bool:
    """Not where only one of the two can ever run."""
    return (
        other.id in graph.after[one.id]
        or one.id in graph.after[other.id]
        or graph.may_run_together(one.id, other.id)
    )


def _own_name(element: Element) -> Iterator[Finding]:
    names = [("rathaus:result", element.result)]
    if element.multi is not None:
        names.append(("rathaus:elementVariable", element.multi.element_variable))
    if not element.result and gives_result(element) and element.kind in (*PEOPLE_TASKS, Kind.RULE):
        names.append(("id", element.id))
    for what, name in names:
        if name and (not IDENTIFIER.fullmatch(name) or name in FEEL_WORDS):
            yield Finding(
                element.id,
                "result.name",
                f"Der Name „{name}“ ({what}) ist in Ausdrücken nicht möglich. Verwenden Sie nur Buchstaben, Ziffern "
                "und Unterstriche; ein anderer Name als die id steht in rathaus:result.",
            )
        elif name in RESERVED:
            yield Finding(
                element.id,
                "result.reserved",
                f"Der Name „{name}“ ist vergeben. Geben Sie mit rathaus:result einen anderen Namen an.",
            )
