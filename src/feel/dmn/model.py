"""Decision models: loading, evaluating, checking."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import TypeAlias
from xml.etree.ElementTree import Element as XmlElement

from ..errors import NOWHERE, FeelError, FeelNull
from ..invocation import invoke
from ..limits import DEFAULT_LIMITS, Limits
from ..runtime import Run, bounded
from ..values import Function, Value
from .build import Builder, Finding
from .elements import KINDS, Decision, DecisionService, Element, Evaluation, InputData, KnowledgeModel
from .tables import Outcome
from .xml import children, name_of, parse_definitions

# Gives the bytes of an imported model by namespace and locationURI, None when there is none.
ImportResolver: TypeAlias = Callable[[str, str], bytes | None]
_MAX_IMPORTS = 100


@dataclass(frozen=True, slots=True)
class DecisionResult:
    """A decision's value and why.

    `matched_rules` are the numbers (from 1) of the rules of its table that decided, `rule_ids` their ids;
    `rules_by_decision` says the numbers for every table on the way; `warnings` tell what became null.
    """

    value: Value
    matched_rules: tuple[int, ...] = ()
    rule_ids: tuple[str, ...] = ()
    rules_by_decision: Mapping[str, tuple[int, ...]] = field(default_factory=dict)
    warnings: tuple[str, ...] = ()


class _Loader:
    """Loads each imported model once; a circle of imports ends where it would begin again."""

    def __init__(self, resolve: ImportResolver | None, limits: Limits) -> None:
        self._resolve = resolve
        self._limits = limits
        self._models: dict[str, Model | None] = {}

    def load(self, xml: bytes) -> Model:
        definitions = parse_definitions(xml)
        namespace = definitions.get("namespace", "")
        self._models[namespace] = None
        model = Model(definitions, self._limits, self)
        self._models[namespace] = model
        return model

    def find(self, namespace: str, location: str) -> Model | None:
        """The model of a namespace, None when it is missing or still being loaded."""
        if namespace in self._models:
            return self._models[namespace]
        data = self._resolve(namespace, location) if self._resolve is not None else None
        if data is None or len(self._models) > _MAX_IMPORTS:
            return None
        self._models[namespace] = None
        self._models[namespace] = self.load(data)
        return self._models[namespace]


class Model:
    """A loaded model. Make one with `load_model`."""

    def __init__(self, definitions: XmlElement, limits: Limits, loader: _Loader) -> None:
        self.name = name_of(definitions)
        self.namespace = definitions.get("namespace", "")
        self.builder = Builder(limits)
        self._elements: dict[str, Element] = {}
        self.imports: dict[str, Model] = {}
        self._read_imports(definitions, loader)
        self.builder.reader.read(definitions)
        for xml in children(definitions, *KINDS):
            element = KINDS[xml.tag.rpartition("}")[2]](self, xml)
            self._elements[element.place] = element
        for element in self._elements.values():
            element.link()
        self.builder.members.update(element.variable for element in self._elements.values())
        for element in self._elements.values():
            element.compile()

    def _read_imports(self, definitions: XmlElement, loader: _Loader) -> None:
        for xml in children(definitions, "import"):
            if not xml.get("importType", "").rstrip("/").endswith(("MODEL", "dmn.xsd")):
                continue
            name, namespace = name_of(xml), xml.get("namespace", "")
            model = loader.find(namespace, xml.get("locationURI", ""))
            if model is None:
                self.builder.report(
                    xml,
                    name,
                    "import",
                    f"Das Modell „{name}“ ({namespace}) fehlt oder bindet sich selbst ein.",
                )
            else:
                self._adopt_import(name, model)

    def _adopt_import(self, name: str, model: Model) -> None:
        self.imports[name] = model
        self.builder.members |= model.builder.members
        self.builder.members.update(element.variable for element in model.elements())
        for type_name, kind in model.builder.types.own.items():
            self.builder.types.define(f"{name}.{type_name}" if name else type_name, kind)

    def elements(self) -> Iterator[Element]:
        return iter(self._elements.values())

    def find_href(self, href: str, xml: XmlElement, owner: str) -> Element | None:
        """The element of a reference such as #id or namespace#id; a missing one is reported."""
        namespace, _, id_ = href.strip().rpartition("#")
        found = self._find(namespace, id_)
        if found is None:
            self.builder.report(xml, owner, "missing-reference", f"Der Verweis „{href}“ führt ins Leere.")
        return found

    def _find(self, namespace: str, id_: str) -> Element | None:
        if namespace in ("", self.namespace):
            return self._elements.get(id_)
        for model in self.imports.values():
            found = model._find(namespace, id_) if model.reaches(namespace) else None
            if found is not None:
                return found
        return None

    def reaches(self, namespace: str) -> bool:
        return namespace == self.namespace or any(model.reaches(namespace) for model in self.imports.values())

    def qualifier(self, element: Element) -> str:
        """The name of the import through which the element is seen, empty for this model's own."""
        if element.model is self:
            return ""
        return next(
            (name for name, model in self.imports.items() if model.reaches(element.model.namespace)), ""
        )

    @property
    def decisions(self) -> tuple[str, ...]:
        """The names of the decisions, in the order of the file."""
        return tuple(element.name for element in self.elements() if isinstance(element, Decision))

    @property
    def services(self) -> tuple[str, ...]:
        """The names of the decision services."""
        return tuple(element.name for element in self.elements() if isinstance(element, DecisionService))

    def _named(self, name_or_id: str) -> Element:
        found = self._elements.get(name_or_id)
        if found is None or isinstance(found, InputData):
            wanted = " ".join(name_or_id.split())
            named = (one for one in self.elements() if one.name == wanted and not isinstance(one, InputData))
            found = next(named, None)
        if found is None:
            raise FeelError(f"Die Entscheidung „{name_or_id}“ gibt es im Modell „{self.name}“ nicht.")
        return found

    def evaluate(
        self, name_or_id: str, inputs: Mapping[str, object], *, now: datetime | None = None
    ) -> DecisionResult:
        """Decide. `inputs` holds the input data by name; for a decision service its parameters.

        What cannot be worked out is null. Raises FeelError for an unknown decision, FeelLimitError.
        """
        element = self._named(name_or_id)
        warnings: list[str] = []
        evaluation = Evaluation(inputs, Run(self.builder.limits, warnings, now))
        try:
            value = bounded(self._value(element, evaluation))
        except RecursionError:
            raise NOWHERE.limit("Das Modell ist zu tief verschachtelt. Bitte aufteilen.") from None
        outcome = evaluation.hits.get(element.name, Outcome(None))
        rules = {name: one.rules for name, one in evaluation.hits.items()}
        return DecisionResult(value, outcome.rules, outcome.ids, rules, tuple(warnings))

    def _value(self, element: Element, evaluation: Evaluation) -> Value:
        function = evaluation.value_of(element)
        if not isinstance(element, (DecisionService, KnowledgeModel)) or not isinstance(function, Function):
            return function
        names = [parameter.name for parameter in function.parameters]
        try:
            return invoke(
                function,
                {name: evaluation.run.adopt(evaluation.inputs.get(name)) for name in names},
                evaluation.run,
            )
        except FeelNull as refused:
            evaluation.run.warn(NOWHERE, refused.message)
            return None

    def inputs(self, name_or_id: str) -> tuple[str, ...]:
        """The names of the input data that a decision needs, directly or through others."""
        element = self._named(name_or_id)
        if isinstance(element, DecisionService):
            return tuple(one.variable for one in element.inputs)
        found: dict[str, None] = {}
        seen: set[Element] = set()
        waiting = [element]
        while waiting:
            one = waiting.pop(0)
            if one not in seen:
                seen.add(one)
                waiting.extend(required for qualifier, required in one.requirements)
                if isinstance(one, InputData):
                    found[one.name] = None
        return tuple(found)

    def check(self) -> list[Finding]:
        """Everything that is wrong in the model and its imports, with element ids."""
        findings = list(self.builder.findings)
        for model in self.imports.values():
            findings.extend(model.check())
        return [*findings, *self._cycles()]

    def _cycles(self) -> Iterator[Finding]:
        for element in self.elements():
            if isinstance(element, Decision) and _requires_itself(element):
                yield Finding(element.place, "cycle", f"„{element.name}“ hängt im Kreis von sich selbst ab.")


def _requires_itself(start: Element) -> bool:
    seen: set[Element] = set()
    waiting = [element for qualifier, element in start.requirements]
    while waiting:
        element = waiting.pop()
        if element is start:
            return True
        if element not in seen:
            seen.add(element)
            waiting.extend(required for qualifier, required in element.requirements)
    return False


def load_model(
    xml: bytes, *, resolve_import: ImportResolver | None = None, limits: Limits = DEFAULT_LIMITS
) -> Model:
    """Read a DMN file (1.1 to 1.6) and compile it.

    `resolve_import(namespace, location)` gives the bytes of an imported model or None. Errors inside the
    model are findings of `Model.check()`; FeelError is raised only if the file cannot be read as a whole.
    """
    try:
        return _Loader(resolve_import, limits).load(xml)
    except RecursionError:
        raise NOWHERE.limit("Das Modell ist zu tief verschachtelt. Bitte aufteilen.") from None
