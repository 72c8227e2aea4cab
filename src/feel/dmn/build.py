"""Compiling the texts of a model; what is wrong becomes a finding, and null when it is evaluated."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from xml.etree.ElementTree import Element

from ..errors import FeelError, FeelLimitError
from ..expression import Expression, Scope, UnaryTests
from ..limits import Limits
from ..runtime import Frame, Run, Thunk
from ..values import Value
from .types import TypeReader, TypeTable


@dataclass(frozen=True, slots=True)
class Finding:
    """Something wrong in a model: element id, rule, German message."""

    place: str
    rule: str
    message: str


def _weighted(compiled: Expression) -> Thunk:
    """A long text pays for each time it is worked out, because others may call it in a loop."""
    thunk = compiled.thunk
    weight = len(compiled.text) >> 8
    if not weight:
        return thunk

    def pay(frame: Frame) -> Value:
        frame.run.charge(weight)
        return thunk(frame)

    return pay


class Builder:
    """Compiles texts in the scope of one model and collects the findings."""

    def __init__(self, limits: Limits) -> None:
        self.limits = limits
        self.findings: list[Finding] = []
        self.types = TypeTable()
        self.reader = TypeReader(self.types, self._value_test, self._unknown_type)
        self.members: set[str] = self.reader.members
        self._depth = 0

    def report(self, element: Element, owner: str, rule: str, message: str) -> None:
        self.findings.append(Finding(element.get("id") or owner, rule, message))

    def _unknown_type(self, element: Element, reference: str) -> None:
        name = element.get("name", "")
        self.report(element, name, "unknown-type", f"Die Art „{reference}“ ist im Modell nicht festgelegt.")

    def _scope(self, names: Iterable[str]) -> Scope:
        return Scope(names, self.members, self.types)

    def expression(
        self, element: Element, text: str, names: frozenset[str], owner: str, open_scope: bool = False
    ) -> Thunk:
        """The closure of a FEEL text; in an open scope (a filter) unknown names are no finding."""
        visible = names | self.members if open_scope else names
        try:
            compiled = Expression(text, self._scope(visible), self.limits)
        except FeelError as wrong:
            return self._broken(element, owner, wrong)
        if not open_scope:
            self._report_unknown(element, owner, compiled.names - names)
        return _weighted(compiled)

    def tests(self, element: Element, text: str, names: frozenset[str], owner: str) -> Thunk:
        """The closure of unary tests; the value tested is the name `?` of the frame."""
        try:
            compiled = UnaryTests(text, self._scope(names), self.limits)
        except FeelError as wrong:
            return self._broken(element, owner, wrong)
        self._report_unknown(element, owner, compiled.names - names)
        return compiled.thunk

    def _report_unknown(self, element: Element, owner: str, names: frozenset[str]) -> None:
        for name in sorted(names):
            self.report(
                element,
                owner,
                "unknown-name",
                f"Den Namen „{name}“ gibt es hier nicht. Bitte Schreibweise und Anforderungen prüfen.",
            )

    def _broken(self, element: Element, owner: str, wrong: FeelError) -> Thunk:
        rule = "feel-limit" if isinstance(wrong, FeelLimitError) else "feel-syntax"
        self.report(element, owner, rule, str(wrong))
        message = str(wrong)

        def warn(frame: Frame) -> Value:
            if frame.run.warnings is not None:
                frame.run.warnings.append(message)
            return None

        return warn

    def _value_test(self, element: Element, text: str) -> Callable[[Value], bool]:
        """Allowed values as a test that knows no other names."""
        test = self.tests(element, text, frozenset(), element.get("id") or "allowedValues")

        def check(value: Value) -> bool:
            return test(Frame({"?": value}, None, Run(self.limits))) is True

        return check

    def deeper(self, step: int) -> None:
        self._depth += step
        if self._depth > self.limits.depth:
            raise FeelLimitError("Die Boxen des Modells sind zu tief verschachtelt. Bitte aufteilen.")
