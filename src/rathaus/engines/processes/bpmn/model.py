"""The compiled form of a process: frozen, without XML, JSON-serialisable, with a version.

Everything the engine needs at run time is here; the drawing (BPMN DI), lanes, notes and data objects are not.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, field, fields
from enum import StrEnum
from functools import cached_property
from typing import Any

MODEL_VERSION = 1


class Kind(StrEnum):
    START = "start"
    END = "end"
    CATCH = "catch"
    BOUNDARY = "boundary"
    USER = "user"
    MANUAL = "manual"
    SERVICE = "service"
    SEND = "send"
    RECEIVE = "receive"
    RULE = "rule"
    EXCLUSIVE = "exclusive"
    PARALLEL = "parallel"
    INCLUSIVE = "inclusive"
    EVENT_GATEWAY = "event_gateway"
    SUBPROCESS = "subprocess"
    CALL = "call"
    REFUSED = "refused"  # stands in for what was reported, so that its neighbours are judged rightly; never deployed


class Trigger(StrEnum):
    NONE = "none"
    TIMER = "timer"
    MESSAGE = "message"
    ERROR = "error"
    TERMINATE = "terminate"


class TimerKind(StrEnum):
    DATE = "date"
    DURATION = "duration"
    CYCLE = "cycle"


ACTIVITIES = frozenset(
    {
        Kind.USER,
        Kind.MANUAL,
        Kind.SERVICE,
        Kind.SEND,
        Kind.RECEIVE,
        Kind.RULE,
        Kind.SUBPROCESS,
        Kind.CALL,
    }
)
GATEWAYS = frozenset({Kind.EXCLUSIVE, Kind.PARALLEL, Kind.INCLUSIVE, Kind.EVENT_GATEWAY})
PEOPLE_TASKS = frozenset({Kind.USER, Kind.MANUAL})


@dataclass(frozen=True, slots=True)
class Outcome:
    """One way a user task may end: a button on the clerk's screen."""

    key: str
    label: str
    label_en: str = ""
    kind: str = "neutral"  # positive | negative | neutral
    reason: str = "none"  # none | optional | required
    letter: str = ""


@dataclass(frozen=True, slots=True)
class TaskSpec:
    """What a user task asks of people."""

    role: str = ""
    form: str = ""
    due_working_days: int | None = None
    outcomes: tuple[Outcome, ...] = ()


@dataclass(frozen=True, slots=True)
class Input:
    """A named FEEL expression given to an action or a decision."""

    name: str
    value: str


@dataclass(frozen=True, slots=True)
class TimerSpec:
    """When a timer fires: ISO 8601 text, or FEEL when it starts with `=`."""

    kind: TimerKind
    text: str
    working_days: bool = False


@dataclass(frozen=True, slots=True)
class MultiSpec:
    """Multi-instance: how often, over what, and when it may stop early (all FEEL)."""

    sequential: bool = False
    cardinality: str = ""
    collection: str = ""
    element_variable: str = ""
    completion: str = ""


@dataclass(frozen=True, slots=True)
class Element:
    """A node of the process; which of the optional parts are set follows from `kind` and `trigger`."""

    id: str
    kind: Kind
    name: str = ""
    scope: str = ""  # id of the enclosing subprocess, "" at the top
    incoming: tuple[str, ...] = ()
    outgoing: tuple[str, ...] = ()
    documentation: str = ""
    result: str = ""
    trigger: Trigger = Trigger.NONE
    timer: TimerSpec | None = None
    message: str = ""
    error: str = ""  # error code; "" at a boundary event catches every error
    attached_to: str = ""
    interrupting: bool = True
    default: str = ""
    task: TaskSpec | None = None
    action: str = ""
    inputs: tuple[Input, ...] = ()
    decision: str = ""
    called: str = ""
    multi: MultiSpec | None = None

    @property
    def result_name(self) -> str:
        """The name under which what happens here is known to later elements."""
        return self.result or self.id

    @property
    def label(self) -> str:
        return self.name or self.id


@dataclass(frozen=True, slots=True)
class Flow:
    id: str
    source: str
    target: str
    condition: str = ""
    name: str = ""


@dataclass(frozen=True)
class Process:
    id: str
    name: str
    elements: Mapping[str, Element]
    flows: Mapping[str, Flow]
    version: int = field(default=MODEL_VERSION)

    def element(self, element_id: str) -> Element:
        return self.elements[element_id]

    def outgoing(self, element: Element) -> list[Flow]:
        return [self.flows[flow_id] for flow_id in element.outgoing]

    def starts(self, scope: str = "") -> list[Element]:
        return [
            found for found in self.elements.values() if found.kind == Kind.START and found.scope == scope
        ]

    def boundaries(self, element_id: str) -> tuple[Element, ...]:
        return self._boundaries.get(element_id, ())

    def inside(self, scope: str) -> Iterator[Element]:
        return (found for found in self.elements.values() if found.scope == scope)

    @cached_property
    def _boundaries(self) -> dict[str, tuple[Element, ...]]:
        found: dict[str, tuple[Element, ...]] = {}
        for element in self.elements.values():
            if element.kind == Kind.BOUNDARY:
                found[element.attached_to] = (*found.get(element.attached_to, ()), element)
        return found

    @cached_property
    def upstream(self) -> dict[str, dict[str, frozenset[str]]]:
        """By inclusive gateway and incoming flow: the elements from which that flow can still be reached."""
        return {
            element.id: {
                flow_id: self._reaching(self.flows[flow_id].source, element.id)
                for flow_id in element.incoming
            }
            for element in self.elements.values()
            if element.kind == Kind.INCLUSIVE
        }

    def _reaching(self, source: str, gateway: str) -> frozenset[str]:
        """Elements with a path to `source` that does not visit `gateway` (BPMN 2.0.2, 13.4.3)."""
        seen: set[str] = set()
        waiting = [source]
        while waiting:
            current = waiting.pop()
            if current in seen or current == gateway:
                continue
            seen.add(current)
            element = self.elements[current]
            waiting.extend(self.flows[flow_id].source for flow_id in element.incoming)
            if element.kind == Kind.BOUNDARY:
                waiting.append(element.attached_to)
        return frozenset(seen)


def to_json(process: Process) -> dict[str, Any]:
    """The compiled form as plain JSON data; parts that hold their default are left out."""
    return {
        "version": process.version,
        "id": process.id,
        "name": process.name,
        "elements": [_sparse(element) for element in process.elements.values()],
        "flows": [_sparse(flow) for flow in process.flows.values()],
    }


def from_json(data: Mapping[str, Any]) -> Process:
    """Read what `to_json` wrote. Raises `ValueError` for a version that this release does not know."""
    if data["version"] != MODEL_VERSION:
        raise ValueError(f"compiled process has version {data['version']}, known is {MODEL_VERSION}")
    elements = (_element(entry) for entry in data["elements"])
    flows = (Flow(**entry) for entry in data["flows"])
    return Process(
        id=data["id"],
        name=data["name"],
        elements={element.id: element for element in elements},
        flows={flow.id: flow for flow in flows},
    )


def _sparse(part: Element | Flow) -> dict[str, Any]:
    defaults = {entry.name: entry.default for entry in fields(part)}
    return {name: value for name, value in asdict(part).items() if value != defaults[name] and value != ()}


def _element(data: Mapping[str, Any]) -> Element:
    values = dict(data)
    values["kind"] = Kind(values["kind"])
    for name in ("incoming", "outgoing"):
        values[name] = tuple(values.get(name, ()))
    if "trigger" in values:
        values["trigger"] = Trigger(values["trigger"])
    if timer := values.get("timer"):
        values["timer"] = TimerSpec(**{**timer, "kind": TimerKind(timer["kind"])})
    if task := values.get("task"):
        outcomes = tuple(Outcome(**entry) for entry in task["outcomes"])
        values["task"] = TaskSpec(**{**task, "outcomes": outcomes})
    if multi := values.get("multi"):
        values["multi"] = MultiSpec(**multi)
    values["inputs"] = tuple(Input(**entry) for entry in values.get("inputs", ()))
    return Element(**values)
