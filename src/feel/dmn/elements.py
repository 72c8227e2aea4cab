"""The elements of a decision requirements graph and how their values come about (DMN 1.5, chapter 6)."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping
from typing import TYPE_CHECKING
from xml.etree.ElementTree import Element as XmlElement

from ..errors import NOWHERE, FeelNull
from ..invocation import user_function
from ..runtime import Frame, Run, Thunk
from ..types import FeelType, FunctionType
from ..values import Function, Parameter, Value
from .boxed import Boxes, converted, formal_parameters, function_definition, logic_of, nothing
from .tables import DecisionTable, Outcome
from .types import ItemType
from .xml import child, children, name_of

if TYPE_CHECKING:
    from .model import Model

_REQUIREMENTS = ("informationRequirement", "knowledgeRequirement")
_TARGETS = ("requiredDecision", "requiredInput", "requiredKnowledge")


class Evaluation:
    """One evaluation over the graph: given inputs, values worked out so far, rules that applied."""

    def __init__(
        self, inputs: Mapping[str, object], run: Run, given: dict[Element, Value] | None = None
    ) -> None:
        self.inputs = inputs
        self.run = run
        self.hits: dict[str, Outcome] = {}
        self._values: dict[Element, Value] = dict(given or {})
        self._active: set[Element] = set()

    def value_of(self, element: Element) -> Value:
        if element in self._values:
            return self._values[element]
        if element in self._active:
            self.run.warn(NOWHERE, f"„{element.name}“ hängt im Kreis von sich selbst ab.")
            return None
        self._active.add(element)
        value = element.evaluate(self)
        self._active.discard(element)
        self._values[element] = value
        return value


class Element(ABC):
    """A node of the graph; `variable` is the name under which others see its value."""

    def __init__(self, model: Model, xml: XmlElement) -> None:
        self.model = model
        self.xml = xml
        self.id = xml.get("id", "")
        self.name = name_of(xml)
        variable = child(xml, "variable")
        self.variable = (name_of(variable) if variable is not None else "") or self.name
        self.type: FeelType | None = None
        self.requirements: list[tuple[str, Element]] = []

    @property
    def place(self) -> str:
        return self.id or self.name

    def link(self) -> None:
        """Find the type and the elements this one requires."""
        variable = child(self.xml, "variable")
        self.type = Boxes(self.model.builder, self.place).type_of(variable)
        for requirement in children(self.xml, *_REQUIREMENTS):
            for target in children(requirement, *_TARGETS):
                found = self.model.find_href(target.get("href", ""), self.xml, self.place)
                if found is not None:
                    self.requirements.append((self.model.qualifier(found), found))

    @abstractmethod
    def compile(self) -> None:
        """Compile the logic, after all elements are linked."""

    @abstractmethod
    def evaluate(self, evaluation: Evaluation) -> Value:
        """The value, or for knowledge models and services the function."""

    def names(self) -> frozenset[str]:
        """The names in scope; those of imported elements stand behind the name of the import."""
        return frozenset(qualifier or element.variable for qualifier, element in self.requirements)

    def scope(self, evaluation: Evaluation) -> dict[str, Value]:
        """The values of what is required, imported ones as contexts."""
        values: dict[str, Value] = {}
        for qualifier, element in self.requirements:
            value = evaluation.value_of(element)
            group = values.setdefault(qualifier, {}) if qualifier else values
            if isinstance(group, dict):
                group[element.variable] = value
        return values


class InputData(Element):
    def compile(self) -> None:
        """Input data have no logic."""

    def evaluate(self, evaluation: Evaluation) -> Value:
        frame = Frame({}, None, evaluation.run)
        try:
            value = evaluation.run.adopt(evaluation.inputs.get(self.name))
        except FeelNull as refused:
            evaluation.run.warn(NOWHERE, f"Eingabe „{self.name}“: {refused.message}")
            return None
        return converted(value, self.type, self.name, frame)


class Decision(Element):
    logic: Thunk = staticmethod(nothing)

    def compile(self) -> None:
        box = logic_of(self.xml)
        if box is None:
            self.model.builder.report(
                self.xml, self.place, "no-logic", f"Die Entscheidung „{self.name}“ hat keine Logik."
            )
        self.logic = Boxes(self.model.builder, self.place).compile(box, self.names())

    def evaluate(self, evaluation: Evaluation) -> Value:
        frame = Frame(self.scope(evaluation), None, evaluation.run)
        if isinstance(self.logic, DecisionTable):
            outcome = self.logic.outcome(frame)
            evaluation.hits[self.name] = outcome
            return converted(outcome.value, self.type, self.name, frame)
        return converted(self.logic(frame), self.type, self.name, frame)


class KnowledgeModel(Element):
    """A business knowledge model: a function that sees what it requires."""

    parameters: tuple[Parameter, ...] = ()
    body: Thunk = staticmethod(nothing)
    runs = False

    def compile(self) -> None:
        logic = child(self.xml, "encapsulatedLogic")
        boxes = Boxes(self.model.builder, self.place)
        if logic is None:
            return
        self.parameters = formal_parameters(boxes, logic)
        self.runs = logic.get("kind", "FEEL") == "FEEL"
        if not self.runs:
            function_definition(boxes, logic, frozenset())
            return
        names = self.names().union([self.variable], (parameter.name for parameter in self.parameters))
        self.body = boxes.compile(logic_of(logic), names)

    def result_type(self) -> FeelType | None:
        """Older models name the type of the result at the variable, newer ones the function's type."""
        kind = self.type
        if isinstance(kind, ItemType) and isinstance(kind.base, FunctionType):
            return kind.base.result
        return None if isinstance(kind, FunctionType) else kind

    def evaluate(self, evaluation: Evaluation) -> Value:
        if not self.runs:
            evaluation.run.warn(NOWHERE, f"„{self.name}“ ist keine FEEL-Funktion und wird nicht ausgeführt.")
            return None
        names = [parameter.name for parameter in self.parameters]

        def call(values: list[Value], run: Run) -> Value:
            scope = {self.variable: function, **self.scope(evaluation)}
            return self.body(Frame(dict(zip(names, values, strict=True)), Frame(scope, None, run), run))

        function = user_function(self.name, self.parameters, call, self.result_type())
        return function


class DecisionService(Element):
    """A decision service: a function of its input data and input decisions (DMN 1.5, 10.4)."""

    outputs: list[Element]
    inputs: list[Element]

    def link(self) -> None:
        super().link()
        self.outputs = self._targets("outputDecision")
        self.inputs = [*self._targets("inputData"), *self._targets("inputDecision")]

    def compile(self) -> None:
        """A service has no logic of its own."""

    def _targets(self, name: str) -> list[Element]:
        found = (
            self.model.find_href(one.get("href", ""), self.xml, self.place)
            for one in children(self.xml, name)
        )
        return [element for element in found if element is not None]

    def function(self) -> Function:
        """The service; its decisions see its parameters only, not the inputs of the caller."""
        parameters = tuple(Parameter(one.variable, one.type) for one in self.inputs)

        def call(values: list[Value], run: Run) -> Value:
            return self.result(Evaluation({}, run, dict(zip(self.inputs, values, strict=True))))

        return user_function(self.name, parameters, call)

    def result(self, evaluation: Evaluation) -> Value:
        values = {output.variable: evaluation.value_of(output) for output in self.outputs}
        return next(iter(values.values()), None) if len(values) == 1 else dict(values)

    def evaluate(self, evaluation: Evaluation) -> Value:
        return self.function()


KINDS: dict[str, type[Element]] = {
    "inputData": InputData,
    "decision": Decision,
    "businessKnowledgeModel": KnowledgeModel,
    "decisionService": DecisionService,
}
