"""Who can follow whom: reachability over the elements of a process."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cached_property

from ..bpmn.model import Element, Kind, Process


class Graph:
    """Reachability, with subprocesses entered and left and boundary events reached from their host."""

    def __init__(self, process: Process) -> None:
        self.process = process

    def next_of(self, element: Element) -> Iterable[str]:
        for flow in self.process.outgoing(element):
            yield flow.target
        for boundary in self.process.boundaries(element.id):
            yield boundary.id
        if element.kind == Kind.SUBPROCESS:
            for start in self.process.starts(element.id):
                yield start.id

    @cached_property
    def after(self) -> dict[str, frozenset[str]]:
        """By element: the elements that may run later than it (itself only in a loop)."""
        return {element_id: self._after(element_id) for element_id in self.process.elements}

    def _after(self, element_id: str) -> frozenset[str]:
        own = self.process.elements[element_id]
        seen: set[str] = set()
        waiting = [*self.next_of(own), *self._leaving(own)]
        while waiting:
            current = waiting.pop()
            if current in seen or current not in self.process.elements:
                continue
            seen.add(current)
            element = self.process.elements[current]
            waiting.extend(self.next_of(element))
            waiting.extend(self._leaving(element))
        return frozenset(seen)

    def _leaving(self, element: Element) -> Iterable[str]:
        """What follows when the enclosing subprocess ends, here or by a boundary event."""
        if not element.scope:
            return ()
        host = self.process.elements[element.scope]
        found = [flow.target for flow in self.process.outgoing(host)]
        found += [boundary.id for boundary in self.process.boundaries(host.id)]
        return [*found, *self._leaving(host)]

    def reachable(self) -> frozenset[str]:
        starts = [start.id for start in self.process.starts()]
        return frozenset(starts).union(*(self.after[start] for start in starts))

    def may_run_together(self, one: str, other: str) -> bool:
        """Whether a fork lets both run at the same time."""
        for branches in self._forks:
            for index, left in enumerate(branches):
                for right in branches[index + 1 :]:
                    if (one in left and other in right) or (other in left and one in right):
                        return True
        return False

    @cached_property
    def _forks(self) -> list[list[frozenset[str]]]:
        found = (self._branches(element) for element in self.process.elements.values())
        return [branches for branches in found if len(branches) > 1]

    def _branches(self, element: Element) -> list[frozenset[str]]:
        found: list[frozenset[str]] = []
        if element.kind not in (Kind.EXCLUSIVE, Kind.EVENT_GATEWAY) and len(element.outgoing) > 1:
            found = [self._with_own(flow.target) for flow in self.process.outgoing(element)]
        aside = [
            self._with_own(boundary.id)
            for boundary in self.process.boundaries(element.id)
            if not boundary.interrupting
        ]
        if aside and not found:
            found = [self.after[element.id] | {element.id}]
        return [*found, *aside]

    def _with_own(self, element_id: str) -> frozenset[str]:
        return self.after[element_id] | {element_id}
