"""SpiffWorkflow 3.2 as the second opinion: the same drawing, translated where only the dialects differ.

FEEL's `=` becomes `==`, ISO texts of timers become Python literals, results are collected under the element's id.
Nothing of it is in the product: SpiffWorkflow evaluates Python from the drawing.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from html import unescape
from typing import Any, ClassVar
from unittest.mock import patch
from xml.etree import ElementTree

from lxml import etree
from SpiffWorkflow.bpmn import BpmnEvent
from SpiffWorkflow.bpmn.parser import BpmnParser
from SpiffWorkflow.bpmn.parser.TaskParser import TaskParser
from SpiffWorkflow.bpmn.script_engine import PythonScriptEngine, TaskDataEnvironment
from SpiffWorkflow.bpmn.specs.defaults import ServiceTask
from SpiffWorkflow.bpmn.specs.event_definitions import timer as timer_module
from SpiffWorkflow.bpmn.specs.event_definitions.message import MessageEventDefinition
from SpiffWorkflow.bpmn.specs.mixins.multiinstance_task import MultiInstanceTask
from SpiffWorkflow.bpmn.util.task import BpmnTaskFilter
from SpiffWorkflow.bpmn.workflow import BpmnWorkflow
from SpiffWorkflow.exceptions import WorkflowException
from SpiffWorkflow.task import Task
from SpiffWorkflow.util.task import TaskState

from tests.factories.processes import bpmn

from .model import Done, Drawn, Push, Sent, View

BPMN = "{http://www.omg.org/spec/BPMN/20100524/MODEL}"
START = datetime(2026, 3, 2, 8, tzinfo=UTC)


class Dotted(dict[str, Any]):
    """`a.n` instead of `a["n"]`, as FEEL writes it."""

    __getattr__ = dict.__getitem__

    def __deepcopy__(self, memo: dict[int, Any]) -> Dotted:
        return Dotted(self)


class AtOnce(ServiceTask):  # type: ignore[misc]  # SpiffWorkflow has no types
    """A service task that does its work and goes on."""

    def _execute(self, task: Task) -> bool:
        return True


class Parser(BpmnParser):  # type: ignore[misc]  # SpiffWorkflow has no types
    OVERRIDE_PARSER_CLASSES: ClassVar[dict[str, Any]] = {f"{BPMN}serviceTask": (TaskParser, AtOnce)}


class Script(PythonScriptEngine):  # type: ignore[misc]  # SpiffWorkflow has no types
    """Knows the counters of a multi-instance, which FEEL conditions may read (BPMN 2.0.2, table 10.30)."""

    def evaluate(self, task: Task, expression: str, external_context: Any = None) -> Any:
        merged = task.parent.internal_data.get("merged", []) if task.parent else []
        counters = {"numberOfCompletedInstances": len(merged)}
        return super().evaluate(task, expression, {**counters, **(external_context or {})})


class _Clock(datetime):
    moment = START

    @classmethod
    def now(cls, tz: Any = None) -> datetime:
        return cls.moment


def _begin_results(spec: MultiInstanceTask, task: Task) -> None:
    spec.data_output.set(task, [])


@contextmanager
def mended() -> Iterator[None]:
    """SpiffWorkflow on our clock instead of the computer's, and without a slip of its own.

    `init_data_output_with_cardinality` names a variable that does not exist, so that a multi-instance in a loop fails
    on the second pass with NameError; each pass begins with an empty list instead.
    """
    _Clock.moment = START
    with (
        patch.object(timer_module, "datetime", _Clock),
        patch.object(MultiInstanceTask, "init_data_output_with_cardinality", _begin_results),
    ):
        yield


class HasFailed(Exception):
    """SpiffWorkflow has come upon a known fault of its own and has no opinion any more."""


# A multi-instance somewhere behind a border, as in `border > fork > several`: it expects to begin later than it does.
KNOWN_FAULTS = ("Attempt to add non-predicted child to predicted task",)


class Spiff:
    def __init__(self, drawn: Drawn) -> None:
        parser = Parser()
        files = {
            "probe": drawn.xml,
            **{key: bpmn(*parts, process_id=key) for key, parts in drawn.called.items()},
        }
        self.roots = {key: _translated(data) for key, data in files.items()}
        for root in self.roots.values():
            parser.add_bpmn_xml(etree.fromstring(ElementTree.tostring(root)))
        spec = parser.get_spec("probe")
        self.workflow = BpmnWorkflow(
            spec, parser.get_subprocess_specs("probe"), script_engine=Script(TaskDataEnvironment())
        )
        self.workflow.task_tree.data["x"] = drawn.x
        for task in self.workflow.get_tasks():
            task.data["x"] = drawn.x
        self.workflow.do_engine_steps()

    def push(self, push: Push) -> None:
        """Raises HasFailed."""
        try:
            self._push(push)
        except WorkflowException as error:
            if str(error).startswith(KNOWN_FAULTS):
                raise HasFailed from error
            raise

    def _push(self, push: Push) -> None:
        if isinstance(push, Done):
            task = self._first(push.element)
            task.data[_item_name(task)] = Dotted(n=push.n)
            task.run()
        elif isinstance(push, Sent):
            payload = {place: Dotted(n=push.n) for place in self._places_of(push.name)}
            self.workflow.catch(BpmnEvent(MessageEventDefinition(push.name), payload))
        else:
            _Clock.moment += push.step
            self.workflow.refresh_timers()
        self.workflow.do_engine_steps()

    def _first(self, element: str) -> Task:
        found = [task for task in self._open() if task.task_spec.bpmn_id == element]
        return min(found, key=lambda task: task.internal_data.get("item", 0))

    def _open(self) -> list[Task]:
        return list(self.workflow.get_tasks(task_filter=BpmnTaskFilter(state=TaskState.READY, manual=True)))

    def _places_of(self, name: str) -> list[str]:
        found = []
        for root in self.roots.values():
            for event in root.iter():
                reference = f"message_{name}"
                own = event.tag == f"{BPMN}receiveTask" and event.get("messageRef") == reference
                if own or any(child.get("messageRef") == reference for child in event):
                    found.append(event.get("id", ""))
        return found

    def view(self) -> View:
        opened = Counter(task.task_spec.bpmn_id for task in self._open())
        done: Counter[str] = Counter()
        for (
            task
        ) in self.workflow.get_tasks():  # a filter by state would leave out what lies below a running one
            spec = task.task_spec
            if (
                task.state == TaskState.COMPLETED and spec.bpmn_id and not hasattr(spec, "cardinality")
            ):  # the body of a multi-instance is no element
                done[spec.bpmn_id] += 1
        data = {name: value for name, value in self.workflow.data.items() if name in done}
        return View.of(opened, done, self.workflow.completed, data)


def _item_name(task: Task) -> str:
    """A run of a multi-instance puts its result in the item that is collected."""
    name: str = task.task_spec.bpmn_id
    return f"{name}_item" if task.task_spec.name.endswith("[child]") else name


def _translated(data: bytes) -> ElementTree.Element:
    root = ElementTree.fromstring(data)
    for node in list(root.iter()):
        name = node.tag.removeprefix(BPMN)
        if name in ("conditionExpression", "completionCondition") and node.text:
            node.text = re.sub(r"(?<![<>!=])=(?!=)", "==", unescape(node.text))
        elif name in ("timeDate", "timeDuration", "timeCycle"):
            node.text = repr(node.text)
        elif name == "multiInstanceLoopCharacteristics":
            _collect(root, node)
    return root


def _collect(root: ElementTree.Element, loop: ElementTree.Element) -> None:
    host = next(node for node in root.iter() if loop in list(node))
    place = host.get("id", "")
    if host.tag in (f"{BPMN}userTask", f"{BPMN}manualTask"):
        output = ElementTree.Element(f"{BPMN}loopDataOutputRef")
        output.text = place
        item = ElementTree.Element(f"{BPMN}outputDataItem", {"id": f"{place}_item", "name": f"{place}_item"})
        at = 1 if len(loop) and loop[0].tag == f"{BPMN}loopCardinality" else 0
        loop.insert(at, output)
        loop.insert(at + 1, item)
