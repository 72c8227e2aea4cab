"""A process that both engines can run, what is pushed from outside, and what is seen afterwards."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, Protocol

from tests.factories.processes import bpmn


@dataclass(frozen=True, slots=True)
class Done:
    """Complete the first open task of this element; `n` is its number."""

    element: str
    n: int = 0


@dataclass(frozen=True, slots=True)
class Sent:
    """A message from outside; `n` is its number."""

    name: str
    n: int = 0


@dataclass(frozen=True, slots=True)
class Passed:
    """Time passes, and timers fire."""

    hours: int

    @property
    def step(self) -> timedelta:
        return timedelta(hours=self.hours, minutes=1)


Push = Done | Sent | Passed


@dataclass(frozen=True, slots=True)
class View:
    """What can be seen of an instance from outside: open tasks, elements done so far, whether it has ended, results."""

    open: Mapping[str, int]
    done: Mapping[str, int]
    ended: bool
    results: Mapping[str, Any] = field(default_factory=dict)

    @classmethod
    def of(cls, open_: Counter[str], done: Counter[str], ended: bool, results: Mapping[str, Any]) -> View:
        return cls(
            dict(sorted(open_.items())), dict(sorted(done.items())), ended, numbers(results) if ended else {}
        )


class Engine(Protocol):
    def push(self, push: Push) -> None: ...
    def view(self) -> View: ...


@dataclass(frozen=True, slots=True)
class Drawn:
    """A process as its parts, with the pushes that carry it to its end. `called` are the processes that it calls."""

    name: str
    parts: tuple[str, ...]
    script: tuple[Push, ...] = ()
    x: int = 0
    called: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    @property
    def xml(self) -> bytes:
        return bpmn(*self.parts, process_id="probe")


def numbers(results: Mapping[str, Any]) -> dict[str, Any]:
    """The numbers that people and messages gave, by element; those from inside a scope stand beside the others.

    Of a multi-instance those of the runs that ended: ours keeps a null in the place of the others.
    """
    found: dict[str, Any] = {}
    for name, value in results.items():
        if isinstance(value, list) and any(entry and "n" in entry for entry in value):
            found[name] = [entry["n"] for entry in value if entry]
        elif isinstance(value, list):
            for entry in value:
                found.update(numbers(entry or {}))
        elif isinstance(value, Mapping) and "n" in value:
            found[name] = value["n"]
        elif isinstance(value, Mapping):
            found.update(numbers(value))
    return dict(sorted(found.items()))
