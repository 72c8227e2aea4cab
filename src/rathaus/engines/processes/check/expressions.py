"""FEEL in a process: syntax with position, known names, outcomes that exist, times that can be read."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

from django.utils import timezone

import feel
from rathaus.kernel.public import findings

from .. import expressions, iso
from ..bpmn.model import Element, Kind, Process, TimerKind
from ..environment import Environment, Names
from .graph import Graph
from .references import suggestion
from .results import gives_result, local_scope, names_in

Finding = findings.Finding

OUTCOME_TEST = re.compile(r"\b([^\W\d]\w*)\.ergebnis\s*(?:=|!=)\s*\"([^\"]*)\"")
COUNTERS: Names = {
    "numberOfInstances": None,
    "numberOfCompletedInstances": None,
    "numberOfActiveInstances": None,
}


@dataclass(frozen=True, slots=True)
class Use:
    """An expression: where it stands, and at which element it is worked out."""

    place: str
    text: str
    element: Element
    is_completion: bool = False


def check_expressions(process: Process, graph: Graph, environment: Environment) -> Iterator[Finding]:
    scope = _Scope(process, graph, environment)
    for use in _uses(process):
        yield from _check(use, scope)
    for element in process.elements.values():
        yield from _timer(element)


def _uses(process: Process) -> Iterator[Use]:
    for flow in process.flows.values():
        if flow.condition:
            yield Use(flow.id, flow.condition, process.elements[flow.source])
    for element in process.elements.values():
        for entry in element.inputs:
            yield Use(element.id, entry.value, element)
        if element.multi is not None:
            for text in (element.multi.collection, element.multi.cardinality):
                if text:
                    yield Use(element.id, text, element)
            if element.multi.completion:
                yield Use(element.id, element.multi.completion, element, is_completion=True)
        if element.timer is not None and element.timer.text.startswith("=") and element.kind != Kind.START:
            host = process.elements.get(element.attached_to, element)
            yield Use(element.id, element.timer.text[1:], host)


class _Scope:
    """Which names are known at an element."""

    def __init__(self, process: Process, graph: Graph, environment: Environment) -> None:
        self.process = process
        self.graph = graph
        self.environment = environment

    @cached_property
    def results(self) -> list[tuple[Element, str, Names | str | None]]:
        return [
            (element, local_scope(self.process, element), names_in(element, self.environment))
            for element in self.process.elements.values()
            if gives_result(element)
        ]

    @cached_property
    def outcomes(self) -> dict[str, frozenset[str]]:
        """By result name: the outcome keys of the user tasks that give it."""
        found: dict[str, frozenset[str]] = {}
        for element in self.process.elements.values():
            if element.task is not None and element.multi is None:
                keys = frozenset(outcome.key for outcome in element.task.outcomes)
                found[element.result_name] = found.get(element.result_name, frozenset()) | keys
        return found

    def names_at(self, use: Use) -> dict[str, Names | str | None]:
        names: dict[str, Names | str | None] = {**self.environment.variables, "heute": None}
        around = {element.id for element in self._around(use.element)}
        for giver, scope, inside in self.results:
            if use.element.id in self.graph.after[giver.id] and (not scope or scope in around):
                names[giver.result_name] = _either(names.get(giver.result_name, inside), inside)
        for element in self._around(use.element):
            self._add_multi(names, element, use)
        return names

    def _add_multi(self, names: dict[str, Names | str | None], element: Element, use: Use) -> None:
        if element.multi is None:
            return
        is_own = element.id == use.element.id
        if not is_own or not use.is_completion:
            names["loopCounter"] = None
            if element.multi.element_variable:
                names[element.multi.element_variable] = self._item_names(element)
        if is_own and use.is_completion:
            names.update(COUNTERS)
            names[element.result_name] = names_in(element, self.environment)

    def _item_names(self, element: Element) -> Names | str | None:
        """What is known about one item of the list, where the list is a plain path."""
        assert element.multi is not None
        tree: Names | str | None = self.environment.variables
        for part in element.multi.collection.split("."):
            tree = tree.get(part.strip()) if isinstance(tree, Mapping) else None
        return tree

    def _around(self, element: Element) -> Iterator[Element]:
        yield element
        if element.attached_to in self.process.elements:
            return
        scope = element.scope
        while scope:
            host = self.process.elements[scope]
            yield host
            scope = host.scope


def _either(one: Names | str | None, other: Names | str | None) -> Names | str | None:
    """Two elements give the same name: what either of them may hold is known."""
    if isinstance(one, Mapping) and isinstance(other, Mapping):
        return {**one, **other}
    return None


def _check(use: Use, scope: _Scope) -> Iterator[Finding]:
    if use.text.startswith(("${", "#{")):
        yield Finding(
            use.place,
            "condition.language",
            f"Der Ausdruck „{_short(use.text)}“ ist in der Sprache JUEL geschrieben, die nicht ausgeführt wird. "
            "Schreiben Sie ihn in FEEL, ohne „${“ und „}“, zum Beispiel pruefung.betrag > 100.",
        )
        return
    try:
        expression = expressions.compiled(use.text)
    except feel.FeelError as error:
        yield Finding(
            use.place,
            "feel.syntax",
            f"Der Ausdruck „{_short(use.text)}“ ist nicht lesbar: {error} Berichtigen Sie ihn.",
        )
        return
    names = scope.names_at(use)
    for path in sorted(expression.paths):
        problem = _unknown_part(path, names, scope)
        if problem:
            yield Finding(use.place, "feel.unknown", f"Im Ausdruck „{_short(use.text)}“: {problem}")
    for name, key in OUTCOME_TEST.findall(use.text):
        known = scope.outcomes.get(name)
        if known is not None and key not in known:
            yield Finding(
                use.place,
                "outcome.unknown",
                f"Das Ergebnis „{key}“ gibt es bei „{name}“ nicht. {suggestion(key, known)}",
            )


def _unknown_part(path: tuple[str, ...], names: Mapping[str, Names | str | None], scope: _Scope) -> str:
    tree: Names | str | None = names
    for index, part in enumerate(path):
        if not isinstance(tree, Mapping) or "*" in tree:
            return ""
        if part not in tree:
            return _explain(path[: index + 1], tree, scope)
        tree = tree[part]
    return ""


def _explain(path: tuple[str, ...], tree: Mapping[str, object], scope: _Scope) -> str:
    name = ".".join(path)
    if len(path) == 1 and any(giver.result_name == name for giver, _scope, _inside in scope.results):
        return (
            f"„{name}“ ist hier noch nicht bekannt, denn es entsteht erst später oder in einer anderen Ebene. "
            "Ändern Sie die Reihenfolge oder den Ausdruck."
        )
    return f"„{name}“ ist unbekannt. {suggestion(path[-1], [key for key in tree if key != '*'])}"


def _timer(element: Element) -> Iterator[Finding]:
    timer = element.timer
    if timer is None:
        return
    if timer.text.startswith("="):
        if element.kind == Kind.START:
            yield from _start(element.id, timer.text[1:])
        return
    zone = timezone.get_default_timezone()
    try:
        if timer.kind == TimerKind.DATE:
            iso.moment(timer.text, zone)
        elif timer.kind == TimerKind.DURATION:
            iso.duration(timer.text)
        else:
            iso.cycle(timer.text, zone)
    except iso.NotIso as error:
        yield Finding(element.id, "timer.text", str(error))


def _start(place: str, text: str) -> Iterator[Finding]:
    """Before a process begins there is only the day."""
    try:
        names = expressions.compiled(text).names
    except feel.FeelError as error:
        yield Finding(
            place,
            "feel.syntax",
            f"Der Ausdruck „{_short(text)}“ ist nicht lesbar: {error} Berichtigen Sie ihn.",
        )
        return
    for name in sorted(names - {"heute"}):
        yield Finding(
            place,
            "feel.unknown",
            f"Im Ausdruck „{_short(text)}“: „{name}“ gibt es am Start noch nicht. Verwenden Sie dort nur „heute“.",
        )


def _short(text: str) -> str:
    flat = " ".join(text.split())
    return flat if len(flat) <= 80 else flat[:79] + "…"
