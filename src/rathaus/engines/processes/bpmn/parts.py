"""Parts of elements: outcomes, inputs, timers, multi-instance. Each function reports what it cannot read."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from xml.etree.ElementTree import Element as Node

from .model import Input, MultiSpec, Outcome, TaskSpec, TimerKind, TimerSpec
from .tags import BPMN, RATHAUS, local

Report = Callable[[str, str, str], None]

MAX_TEXT = 10_000
MAX_KEY = 100
TIMER_TAGS = {"timeDate": TimerKind.DATE, "timeDuration": TimerKind.DURATION, "timeCycle": TimerKind.CYCLE}
OUTCOME_KINDS = ("positive", "negative", "neutral")
REASONS = ("none", "optional", "required")


def children(node: Node, name: str) -> Iterator[Node]:
    return (child for child in node if local(child.tag) == (BPMN, name))


def text_of(node: Node | None) -> str:
    return "" if node is None else "".join(node.itertext()).strip()[:MAX_TEXT]


def own(node: Node, name: str) -> str:
    """An attribute of the namespace `urn:rathaus:bpmn:1`."""
    return node.get(f"{{{RATHAUS}}}{name}", "").strip()


def extensions(node: Node) -> Iterator[tuple[str, Node]]:
    for block in children(node, "extensionElements"):
        for child in block:
            namespace, name = local(child.tag)
            if namespace == RATHAUS:
                yield name, child


def check_language(node: Node, usual: str, place: str, report: Report) -> None:
    """Report an expression in another language than FEEL; `usual` is what the file declares for all of them."""
    language = node.get("language", "").strip() or usual.strip()
    if text_of(node) and language and "feel" not in language.lower():
        report(
            place,
            "condition.language",
            f"Der Ausdruck ist in der Sprache „{language}“ geschrieben. Schreiben Sie ihn in FEEL und löschen Sie die "
            "Angabe der Sprache (language oder expressionLanguage).",
        )


def is_true(value: str | None) -> bool:
    return (value or "").strip() in ("true", "1")


def task_spec(node: Node, place: str, report: Report) -> TaskSpec:
    due = own(node, "dueWorkingDays")
    if due and not (due.isascii() and due.isdigit() and 0 < int(due) <= 3660):
        report(
            place,
            "task.due",
            f"Die Frist „{due}“ ist keine Anzahl von Arbeitstagen. Tragen Sie eine Zahl von 1 bis 3660 ein.",
        )
        due = ""
    return TaskSpec(
        role=own(node, "role"),
        form=own(node, "form"),
        due_working_days=int(due) if due else None,
        outcomes=tuple(_outcomes(node, place, report)),
    )


def _outcomes(node: Node, place: str, report: Report) -> Iterator[Outcome]:
    seen: set[str] = set()
    for name, child in extensions(node):
        if name != "outcome":
            continue
        outcome = Outcome(
            key=child.get("key", "").strip(),
            label=child.get("label", "").strip(),
            label_en=child.get("labelEn", "").strip(),
            kind=child.get("kind", "neutral").strip(),
            reason=child.get("reason", "none").strip(),
            letter=child.get("letter", "").strip(),
        )
        problem = _outcome_problem(outcome, seen)
        if problem:
            report(place, "task.outcome", problem)
        else:
            seen.add(outcome.key)
            yield outcome


def _outcome_problem(outcome: Outcome, seen: set[str]) -> str:
    if not outcome.key:
        return "Ein Ergebnis der Aufgabe hat keinen Schlüssel. Tragen Sie bei jedem Ergebnis „key“ ein."
    if len(outcome.key) > MAX_KEY:
        return f"Der Schlüssel „{outcome.key[:40]}…“ hat mehr als {MAX_KEY} Zeichen. Kürzen Sie ihn."
    if outcome.key in seen:
        return f"Das Ergebnis „{outcome.key}“ kommt zweimal vor. Geben Sie jedem Ergebnis einen eigenen Schlüssel."
    if not outcome.label:
        return f"Das Ergebnis „{outcome.key}“ hat keine Beschriftung. Tragen Sie „label“ ein."
    if outcome.kind not in OUTCOME_KINDS:
        return f"Das Ergebnis „{outcome.key}“ hat die Art „{outcome.kind}“. Möglich sind: {', '.join(OUTCOME_KINDS)}."
    if outcome.reason not in REASONS:
        return (
            f"Das Ergebnis „{outcome.key}“ verlangt die Begründung „{outcome.reason}“. "
            f"Möglich sind: {', '.join(REASONS)}."
        )
    return ""


def inputs(node: Node, place: str, report: Report) -> tuple[Input, ...]:
    found: dict[str, Input] = {}
    for name, child in extensions(node):
        if name != "input":
            continue
        key = child.get("name", "").strip()
        value = child.get("value", "").strip() or text_of(child)
        if not key or not value:
            report(
                place, "input.empty", "Eine Eingabe braucht „name“ und „value“ (FEEL). Ergänzen Sie beides."
            )
        elif key in found:
            report(place, "input.twice", f"Die Eingabe „{key}“ kommt zweimal vor. Löschen Sie eine davon.")
        else:
            found[key] = Input(key, value)
    return tuple(found.values())


def check_extensions(node: Node, place: str, allowed: tuple[str, ...], report: Report) -> None:
    for name, _child in extensions(node):
        if name not in allowed:
            known = ", ".join(allowed) or "keine"
            report(
                place,
                "extension.unknown",
                f"Die Erweiterung „rathaus:{name}“ gibt es hier nicht. Löschen Sie sie. Möglich sind: {known}.",
            )


def timer_spec(definition: Node, event: Node, place: str, report: Report) -> TimerSpec | None:
    given = [
        child for child in definition if local(child.tag)[1] in TIMER_TAGS and local(child.tag)[0] == BPMN
    ]
    if len(given) != 1 or not text_of(given[0]):
        report(
            place,
            "timer.empty",
            "Das Zeitereignis braucht genau eine Angabe: einen Zeitpunkt (timeDate), eine Dauer (timeDuration) oder "
            "eine Wiederholung (timeCycle), zum Beispiel „P14D“.",
        )
        return None
    node = given[0]
    working = any(is_true(own(part, "workingDays")) for part in (node, definition, event))
    return TimerSpec(kind=TIMER_TAGS[local(node.tag)[1]], text=text_of(node), working_days=working)


def multi_spec(node: Node, place: str, report: Report) -> MultiSpec | None:
    for _child in children(node, "standardLoopCharacteristics"):
        report(
            place,
            "loop.standard",
            "Die Schleifenmarkierung wird nicht ausgeführt. Zeichnen Sie die Schleife mit einem exklusiven Gateway "
            "und einem Sequenzfluss zurück.",
        )
    found = list(children(node, "multiInstanceLoopCharacteristics"))
    return _multi(found[0], node, place, report) if found else None


def _multi(loop: Node, node: Node, place: str, report: Report) -> MultiSpec:
    for child in loop:
        name = local(child.tag)[1]
        if name and name not in (
            "loopCardinality",
            "completionCondition",
            "extensionElements",
            "documentation",
        ):
            report(
                place,
                "multi.data",
                f"Bei der Mehrfachausführung wird „{name}“ nicht gelesen. Verwenden Sie rathaus:collection und "
                "rathaus:elementVariable oder loopCardinality.",
            )
    if loop.get("behavior", "All") != "All":
        report(place, "multi.behavior", "Bei der Mehrfachausführung ist nur behavior=„All“ möglich.")
    cardinality = text_of(next(children(loop, "loopCardinality"), None))
    collection = own(node, "collection") or own(loop, "collection")
    if bool(cardinality) == bool(collection):
        report(
            place,
            "multi.empty",
            "Die Mehrfachausführung braucht entweder eine Anzahl (loopCardinality) oder eine Liste "
            "(rathaus:collection). Geben Sie genau eines davon an.",
        )
    variable = own(node, "elementVariable") or own(loop, "elementVariable")
    if collection and not variable:
        report(
            place,
            "multi.variable",
            "Die Mehrfachausführung über eine Liste braucht einen Namen für das einzelne Element. "
            "Tragen Sie rathaus:elementVariable ein.",
        )
    return MultiSpec(
        sequential=is_true(loop.get("isSequential")),
        cardinality=cardinality,
        collection=collection,
        element_variable=variable,
        completion=text_of(next(children(loop, "completionCondition"), None)),
    )
