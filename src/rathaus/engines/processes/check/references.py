"""What a process refers to: roles, forms, letters, decisions, actions with their inputs, called processes."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from difflib import get_close_matches
from typing import Any, get_type_hints

import feel
from rathaus.kernel.public import findings

from .. import expressions
from ..actions import Action, InvalidInput, convert, input_names, required_inputs
from ..bpmn.model import Element, Process
from ..decisions import find_decision
from ..environment import Environment

Finding = findings.Finding


def check_references(process: Process, environment: Environment) -> Iterator[Finding]:
    models, problems = _load_decisions(process, environment)
    yield from problems
    for element in process.elements.values():
        yield from _task(element, environment)
        if element.action:
            yield from _action(element, environment)
        if element.decision and element.decision not in {problem.place for problem in problems}:
            yield from _decision(element, models, environment)
        if element.called and element.called != process.id and element.called not in environment.processes:
            yield _unknown(
                element.id, "process.unknown", "Den Prozess", element.called, environment.processes
            )


def _unknown(place: str, rule: str, what: str, name: str, known: Collection[str]) -> Finding:
    return Finding(place, rule, f"{what} „{name}“ gibt es nicht. {suggestion(name, known)}")


def suggestion(name: str, known: Collection[str]) -> str:
    """What to do about an unknown name: the closest known one, else all of them."""
    close = get_close_matches(name, list(known), n=1)
    if close:
        return f"Meinten Sie „{close[0]}“?"
    if not known:
        return "Legen Sie es zuerst an oder löschen Sie die Angabe."
    return f"Bekannt sind: {', '.join(sorted(known)[:12])}."


def _task(element: Element, environment: Environment) -> Iterator[Finding]:
    task = element.task
    if task is None:
        return
    if task.role and task.role not in environment.roles:
        yield _unknown(element.id, "role.unknown", "Die Rolle", task.role, environment.roles)
    if task.form and task.form not in environment.forms:
        yield _unknown(element.id, "form.unknown", "Das Formular", task.form, environment.forms)
    for outcome in task.outcomes:
        if outcome.letter and outcome.letter not in environment.letters:
            yield _unknown(element.id, "letter.unknown", "Das Schreiben", outcome.letter, environment.letters)


def _action(element: Element, environment: Environment) -> Iterator[Finding]:
    action = environment.actions.find(element.action)
    if action is None:
        yield _unknown(element.id, "action.unknown", "Die Aktion", element.action, environment.actions.keys())
        return
    names = input_names(action.inputs)
    given = {entry.name for entry in element.inputs}
    for name in required_inputs(action.inputs):
        if name not in given:
            yield Finding(
                element.id,
                "input.missing",
                f"Der Aktion „{action.name}“ fehlt die Eingabe „{name}“. "
                f'Ergänzen Sie <rathaus:input name="{name}" …/>.',
            )
    for entry in element.inputs:
        if entry.name not in names:
            yield _unknown(
                element.id, "input.unknown", f"Bei der Aktion „{action.name}“ die Eingabe", entry.name, names
            )
        else:
            yield from _constant(element, action, entry.name, entry.value, environment)


def _constant(
    element: Element, action: Action, name: str, text: str, environment: Environment
) -> Iterator[Finding]:
    """An input that depends on nothing can be worked out and compared now."""
    known, value = _value_of(text)
    if not known:
        return
    try:
        convert(name, value, _hint(action, name))
    except InvalidInput as error:
        yield Finding(
            element.id, "input.type", f"Aktion „{action.name}“: {error} Berichtigen Sie den Ausdruck {text}."
        )
        return
    if name == "letter" and isinstance(value, str) and value not in environment.letters:
        yield _unknown(element.id, "letter.unknown", "Das Schreiben", value, environment.letters)


def _value_of(text: str) -> tuple[bool, object]:
    try:
        expression = expressions.compiled(text)
        return (True, expressions.evaluate(expression, {})) if not expression.names else (False, None)
    except feel.FeelError:
        return False, None  # reported with the expressions


def _hint(action: Action, name: str) -> Any:
    return get_type_hints(action.inputs)[name]


def _load_decisions(
    process: Process, environment: Environment
) -> tuple[dict[str, feel.Model], list[Finding]]:
    """The decision models, and what is wrong in those that the process uses."""
    models: dict[str, feel.Model] = {}
    problems: list[Finding] = []
    if not any(element.decision for element in process.elements.values()):
        return models, problems
    for name, data in environment.decisions.items():
        try:
            data.decode("utf-8")
            models[name] = feel.load_model(data)
        except UnicodeDecodeError:
            message = f"Die Entscheidung „{name}“ ist nicht in UTF-8 gespeichert. Speichern Sie sie in UTF-8."
            problems.append(Finding(name, "decision.encoding", message))
        except feel.FeelError as error:
            problems.append(
                Finding(name, "decision.broken", f"Die Entscheidung „{name}“ ist nicht lesbar: {error}")
            )
            continue
        problems += [
            Finding(f"{name}: {entry.place}", f"decision.{entry.rule}", entry.message)
            for entry in models[name].check()
        ]
    return models, problems


def _decision(element: Element, models: dict[str, feel.Model], environment: Environment) -> Iterator[Finding]:
    found = find_decision(models, element.decision)
    if found is None:
        known = {*models, *(name for model in models.values() for name in model.decisions)}
        yield _unknown(element.id, "decision.unknown", "Die Entscheidung", element.decision, known)
        return
    needed = found.model.inputs(found.name)
    for entry in element.inputs:
        if entry.name not in needed:
            yield _unknown(
                element.id,
                "input.unknown",
                f"In der Entscheidung „{found.name}“ die Eingabe",
                entry.name,
                needed,
            )
