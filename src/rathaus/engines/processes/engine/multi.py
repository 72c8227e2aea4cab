"""Multi-instance: one token as the body, one below it for each run, results collected in a list."""

from __future__ import annotations

from typing import Any

import feel

from .. import expressions
from ..bpmn.model import Element, MultiSpec
from ..enums import IncidentKind, TokenState
from ..models import Token
from .core import NOTHING, cancel, leave, runs_several, takes_iterations
from .problems import Problem, raise_incident
from .run import Run, Running

MAX_RUNS = 1_000


@runs_several
def open_multi(run: Run, running: Running, token: Token, element: Element) -> None:
    multi = element.multi
    assert multi is not None
    items = _items(run, running, token, multi)
    run.wait(token, TokenState.MULTI, results=[None] * len(items), items=items, done=0, begun=0)
    if not items:
        _finish(run, running, token, element)
        return
    for _item in items[:1] if multi.sequential else items:
        _begin(run, running, token, element)


def _items(run: Run, running: Running, token: Token, multi: MultiSpec) -> list[Any]:
    """What to run over, as JSON data: the list, or nothing at all so many times."""
    text = multi.collection or multi.cardinality
    value = run.value(running, token, text)
    if multi.collection:
        if value is None:
            value = []
        items = value if isinstance(value, list) else [value]
    else:
        count = _count(value, text)
        items = [None] * count
    if len(items) > MAX_RUNS:
        raise Problem(
            IncidentKind.EXPRESSION,
            f"Die Mehrfachausführung hätte {len(items)} Durchgänge. Möglich sind höchstens {MAX_RUNS}.",
        )
    return [expressions.dump_value(item) for item in items]


def _count(value: object, text: str) -> int:
    number = expressions.dump_value(value)
    if isinstance(number, bool) or not isinstance(number, int) or number < 0:
        raise Problem(
            IncidentKind.EXPRESSION,
            f"Die Anzahl „{text}“ ergibt keine ganze Zahl. Prüfen Sie die verwendeten Angaben.",
        )
    return min(number, MAX_RUNS + 1)


def _begin(run: Run, running: Running, body: Token, element: Element) -> None:
    """Begin the next run: a token of its own, with the element and its number as variables."""
    multi = element.multi
    assert multi is not None
    index = body.data["begun"]
    run.wait(body, TokenState.MULTI, begun=index + 1)
    child = run.new_token(running, element.id, parent_id=body.id)
    variables: dict[str, Any] = {"loopCounter": index + 1}
    if multi.element_variable:
        variables[multi.element_variable] = body.data["items"][index]
    child.variables = variables
    child.data = {"iteration": index}
    run.ready.append((running, child))


@takes_iterations
def iteration_done(run: Run, running: Running, token: Token, element: Element, value: object) -> None:
    """Take the result of a run; begin the next one, or end when all are done or the condition says so."""
    body = running.parent_of(token)
    assert body is not None and element.multi is not None
    results = list(body.data["results"])
    results[token.data["iteration"]] = None if value is NOTHING else expressions.dump_value(value)
    run.wait(body, TokenState.MULTI, results=results, done=body.data["done"] + 1)
    run.remove(running, token)
    try:
        is_over = body.data["done"] == len(results) or _is_complete(run, running, body, element)
    except feel.FeelError as error:
        raise_incident(run, running, body, Problem(IncidentKind.EXPRESSION, str(error)))
        return
    if is_over:
        _finish(run, running, body, element)
    elif element.multi.sequential:
        _begin(run, running, body, element)


def _is_complete(run: Run, running: Running, body: Token, element: Element) -> bool:
    assert element.multi is not None
    if not element.multi.completion:
        return False
    data = body.data
    names = {
        **running.context_for(body),
        "numberOfInstances": len(data["items"]),
        "numberOfCompletedInstances": data["done"],
        "numberOfActiveInstances": data["begun"] - data["done"],
        element.result_name: [item for item in expressions.load_value(data["results"]) if item is not None],  # type: ignore[attr-defined]  # a list stays a list
    }
    return expressions.evaluate(expressions.compiled(element.multi.completion), names) is True


def _finish(run: Run, running: Running, body: Token, element: Element) -> None:
    for other in [other for other in running.tokens.values() if other.parent_id == body.id]:
        cancel(run, running, other)
    run.drop_waits(body)
    run.write(running, body, element.result_name, expressions.load_value(body.data["results"]))
    leave(run, running, body, running.process.outgoing(element))
