"""Decision tables (DMN 1.5, chapter 8)."""

from __future__ import annotations

from dataclasses import dataclass
from xml.etree.ElementTree import Element

from ..compiler.access import frame_of
from ..errors import NOWHERE, FeelNull
from ..runtime import Frame, Thunk
from ..values import Value
from .build import Builder
from .hits import POLICIES, Hit, Ranking, choose_hits
from .xml import child, children, name_of, text_in


@dataclass(frozen=True, slots=True)
class _Input:
    label: str
    value: Thunk
    allowed: Thunk | None


@dataclass(frozen=True, slots=True)
class _Rule:
    number: int
    id: str
    tests: tuple[Thunk | None, ...]
    outputs: tuple[Thunk, ...]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a table says, and the rules that said it."""

    value: Value
    rules: tuple[int, ...] = ()
    ids: tuple[str, ...] = ()


class DecisionTable:
    """A compiled table; calling it gives its value, `outcome` the rules as well."""

    def __init__(
        self,
        policy: str,
        inputs: list[_Input],
        names: list[str],
        rules: list[_Rule],
        defaults: list[Thunk | None],
        ranking: Ranking,
    ) -> None:
        self._policy = policy
        self._inputs = inputs
        self._names = names
        self._rules = rules
        self._defaults = defaults
        self._ranking = ranking

    def __call__(self, frame: Frame) -> Value:
        return self.outcome(frame).value

    def outcome(self, frame: Frame) -> Outcome:
        frame.run.charge(len(self._rules))
        try:
            scopes = [self._input(clause, frame) for clause in self._inputs]
            hits = [self._hit(rule, frame) for rule in self._matching(scopes)]
            if not hits:
                return Outcome(self._without_hit(frame))
            value, chosen = choose_hits(self._policy, hits, self._names, self._ranking, frame.run)
        except FeelNull as refused:
            frame.run.warn(NOWHERE, refused.message)
            return Outcome(None)
        return Outcome(value, tuple(hit.number for hit in chosen), tuple(hit.id for hit in chosen))

    def _input(self, clause: _Input, frame: Frame) -> Frame:
        """The scope in which the cells of one column are tested."""
        scope = frame_of({"?": clause.value(frame)}, frame)
        if clause.allowed is not None and scope.names["?"] is not None and clause.allowed(scope) is not True:
            raise FeelNull(f"Der Wert von „{clause.label}“ gehört nicht zu den erlaubten Werten der Tabelle.")
        return scope

    def _matching(self, scopes: list[Frame]) -> list[_Rule]:
        first_only = self._policy == "FIRST"
        found: list[_Rule] = []
        for rule in self._rules:
            if all(
                test is None or test(scope) is True for test, scope in zip(rule.tests, scopes, strict=False)
            ):
                found.append(rule)
                if first_only:
                    break
        return found

    def _hit(self, rule: _Rule, frame: Frame) -> Hit:
        return Hit(rule.number, rule.id, tuple(output(frame) for output in rule.outputs))

    def _without_hit(self, frame: Frame) -> Value:
        if any(default is not None for default in self._defaults):
            values = [None if default is None else default(frame) for default in self._defaults]
            single = values[0] if len(values) == 1 else dict(zip(self._names, values, strict=True))
            return single
        if self._policy in ("COLLECT", "RULE ORDER", "OUTPUT ORDER"):
            return []
        frame.run.warn(NOWHERE, "Keine Regel der Tabelle trifft zu.")
        return None


def _applies(rule: _Rule, scopes: list[Frame]) -> bool:
    cells = zip(rule.tests, scopes, strict=False)
    return all(test is None or test(scope) is True for test, scope in cells)


def build_table(builder: Builder, element: Element, names: frozenset[str], owner: str) -> DecisionTable:
    """Compile a `decisionTable` element."""
    policy = element.get("hitPolicy", "UNIQUE")
    if element.get("aggregation"):
        policy += " " + element.get("aggregation", "")
    if policy not in POLICIES:
        builder.report(element, owner, "hit-policy", f"Die Trefferregel „{policy}“ gibt es nicht.")
        policy = "UNIQUE"
    outputs = list(children(element, "output"))
    output_names = [name_of(one) or f"Ausgabe {number}" for number, one in enumerate(outputs, 1)]
    builder.members.update(output_names)
    return DecisionTable(
        policy,
        [_read_input(builder, one, names, owner) for one in children(element, "input")],
        output_names,
        [
            _read_rule(builder, one, number, names, owner)
            for number, one in enumerate(children(element, "rule"), 1)
        ],
        [_default(builder, one, names, owner) for one in outputs],
        Ranking([_ranked(builder, one, names, owner) for one in outputs]),
    )


def _read_input(builder: Builder, element: Element, names: frozenset[str], owner: str) -> _Input:
    expression = child(element, "inputExpression")
    text = text_in(expression)
    value = builder.expression(expression if expression is not None else element, text, names, owner)
    return _Input(
        element.get("label") or text.strip(), value, _optional_tests(builder, element, names, owner)
    )


def _optional_tests(builder: Builder, element: Element, names: frozenset[str], owner: str) -> Thunk | None:
    allowed = child(element, "inputValues")
    text = text_in(allowed).strip()
    return builder.tests(allowed, text, names, owner) if allowed is not None and text else None


def _read_rule(builder: Builder, element: Element, number: int, names: frozenset[str], owner: str) -> _Rule:
    tests = tuple(
        _cell(builder, one, names, f"{owner}, Regel {number}") for one in children(element, "inputEntry")
    )
    outputs = tuple(
        _output(builder, one, names, f"{owner}, Regel {number}") for one in children(element, "outputEntry")
    )
    return _Rule(number, element.get("id", str(number)), tests, outputs)


def _cell(builder: Builder, element: Element, names: frozenset[str], owner: str) -> Thunk | None:
    text = text_in(element).strip()
    return None if text in ("", "-") else builder.tests(element, text, names, owner)


def _output(builder: Builder, element: Element, names: frozenset[str], owner: str) -> Thunk:
    text = text_in(element)
    return builder.expression(element, text, names, owner) if text.strip() else lambda frame: None


def _default(builder: Builder, element: Element, names: frozenset[str], owner: str) -> Thunk | None:
    entry = child(element, "defaultOutputEntry")
    text = text_in(entry)
    return builder.expression(entry, text, names, owner) if entry is not None and text.strip() else None


def _ranked(builder: Builder, element: Element, names: frozenset[str], owner: str) -> Thunk | None:
    """The output values in their order, as a list."""
    values = child(element, "outputValues")
    text = text_in(values).strip()
    return builder.expression(values, f"[{text}]", names, owner) if values is not None and text else None
