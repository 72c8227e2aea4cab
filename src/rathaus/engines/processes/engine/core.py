"""How tokens move: entering and completing elements, ending scopes and instances, giving up what was begun."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any, Final

import feel

from .. import expressions
from ..bpmn.model import ACTIVITIES, Element, Flow, Kind
from ..enums import HistoryKind, IncidentKind, InstanceState, TokenState
from ..events import InstanceCompleted, InstanceFailed
from ..models import ProcessInstance, Token
from . import waits
from .problems import Problem, raise_incident
from .run import MAX_AUTOMATIC_STEPS, MAX_STEPS_PER_RUN, Run, Running

Handler = Callable[[Run, Running, Token, Element], None]
_handlers: dict[Kind, Handler] = {}
# What multi.py does, which needs this module: opening several runs, and taking the result of one.
_open_multi: list[Handler] = []
_iteration_done: list[Callable[[Run, Running, Token, Element, object], None]] = []


class _Nothing:
    """An element that gives no result (null is a result)."""


NOTHING: Final = _Nothing()
QUIET = frozenset({TokenState.JOIN, TokenState.SCOPE, TokenState.MULTI, TokenState.MOVING})
CONTAINERS = frozenset({TokenState.SCOPE, TokenState.MULTI})


def handles(*kinds: Kind) -> Callable[[Handler], Handler]:
    def keep(handler: Handler) -> Handler:
        _handlers.update(dict.fromkeys(kinds, handler))
        return handler

    return keep


def runs_several(handler: Handler) -> Handler:
    _open_multi.append(handler)
    return handler


def takes_iterations(
    handler: Callable[[Run, Running, Token, Element, object], None],
) -> Callable[[Run, Running, Token, Element, object], None]:
    _iteration_done.append(handler)
    return handler


def is_iteration(token: Token) -> bool:
    return "iteration" in token.data


def start(run: Run, running: Running, element: Element, *, payload: object = NOTHING) -> None:
    """Begin an instance at one of its start events."""
    token = run.new_token(running, element.id, parent_id=None)
    complete(run, running, token, payload)


def step(run: Run) -> bool:
    """Let the next ready token enter its element. False when none is left."""
    if not run.ready:
        return False
    running, token = run.ready.popleft()
    if run.is_ready(running, token):
        enter(run, running, token)
    return True


def enter(run: Run, running: Running, token: Token) -> None:
    """Carry out the element that the token stands on, or raise an incident there."""
    element = running.element_of(token)
    run.steps += 1
    running.row.automatic_steps += 1
    running.is_changed = True
    try:
        if run.steps > MAX_STEPS_PER_RUN or running.row.automatic_steps > MAX_AUTOMATIC_STEPS:
            raise Problem(
                IncidentKind.LOOP,
                f"Der Prozess hat {run.steps - 1} Schritte ohne Halt gemacht und läuft vermutlich im Kreis. Prüfen Sie "
                "die Bedingungen am Ausgang der Schleife.",
            )
        _execute(run, running, token, element)
    except Problem as problem:
        raise_incident(run, running, token, problem)
    except feel.FeelError as error:
        raise_incident(run, running, token, Problem(IncidentKind.EXPRESSION, str(error)))


def _execute(run: Run, running: Running, token: Token, element: Element) -> None:
    is_armed = token.has_waits  # of an earlier try; what the element itself waits for comes with the handler
    several = element.multi is not None and not is_iteration(token)
    handler = _open_multi[0] if several else _handlers[element.kind]
    handler(run, running, token, element)
    boundaries = running.process.boundaries(element.id) if element.kind in ACTIVITIES else ()
    is_there = (
        token.id in running.tokens and token.element_id == element.id and token.state != TokenState.MOVING
    )
    if boundaries and is_there and not is_iteration(token) and not is_armed:
        for boundary in boundaries:
            waits.arm(run, running, token, boundary)


def complete(
    run: Run,
    running: Running,
    token: Token,
    value: object = NOTHING,
    *,
    flows: Iterable[Flow] | None = None,
    details: Mapping[str, Any] | None = None,
    kind: HistoryKind = HistoryKind.COMPLETED,
) -> None:
    """The element is done: note it, keep its result, go on along `flows` (all outgoing ones by default)."""
    element = running.element_of(token)
    run.drop_waits(token)
    if is_iteration(token):
        run.note(running, element, kind, {**(details or {}), "iteration": token.data["iteration"] + 1})
        _iteration_done[0](run, running, token, element, value)
        return
    run.note(running, element, kind, details)
    if value is not NOTHING:
        run.write(running, token, element.result_name, value)
    leave(run, running, token, running.process.outgoing(element) if flows is None else flows)


def leave(run: Run, running: Running, token: Token, flows: Iterable[Flow]) -> None:
    """Go on along the flows: the token itself takes the first, new ones the others; without any it ends here."""
    ways = list(flows)
    if not ways:
        consume(run, running, token)
        return
    first, *others = ways
    for flow in others:
        twin = run.new_token(running, flow.target, parent_id=token.parent_id)
        run.move(running, twin, flow.target, via=flow.id)
    run.move(running, token, first.target, via=first.id)


def consume(run: Run, running: Running, token: Token) -> None:
    """The token ends here; the last one of its scope ends the scope."""
    run.remove(running, token)
    if any(other.parent_id == token.parent_id for other in running.tokens.values()):
        return
    scope = running.parent_of(token)
    if scope is None:
        end_instance(run, running, InstanceState.COMPLETED)
    else:
        complete(run, running, scope, local_results(running, scope) if is_iteration(scope) else NOTHING)


def local_results(running: Running, scope: Token) -> dict[str, object]:
    """What one run of a multi-instance subprocess has produced, without what it was given."""
    multi = running.element_of(scope).multi
    given = {"loopCounter", multi.element_variable if multi else ""}
    return {
        name: value for name, value in expressions.load(scope.variables or {}).items() if name not in given
    }


def end_instance(run: Run, running: Running, state: InstanceState, *, code: str = "") -> None:
    """End an instance; a completed one gives its results to its caller."""
    row = running.row
    for token in [token for token in running.tokens.values() if token.parent_id is None]:
        cancel(run, running, token)
    row.state, row.ended_at, row.error = state, run.now, code[:200]
    running.is_changed = True
    if state != InstanceState.COMPLETED:
        place = Element(id=running.process.id, kind=Kind.END, name=running.process.name)
        run.note(running, place, HistoryKind.ENDED, {"state": state.value, "code": code})
    if row.parent_id is not None:
        if state == InstanceState.COMPLETED:
            _return_to_caller(run, running)
    elif state == InstanceState.COMPLETED:
        run.facts.append(InstanceCompleted(row.id, row.subject, running.process.id))
    elif state == InstanceState.FAILED:
        run.facts.append(InstanceFailed(row.id, row.subject, running.process.id, code))


def _return_to_caller(run: Run, running: Running) -> None:
    assert running.row.parent_id is not None and running.row.parent_token_id is not None
    caller = run.load(running.row.parent_id)
    token = caller.tokens.get(running.row.parent_token_id)
    if token is None or not caller.is_active:
        return
    before = caller.names_for(token)
    results = {
        name: value
        for name, value in running.variables.items()
        if name not in before or before[name] != value
    }
    complete(run, caller, token, results)


def cancel(run: Run, running: Running, token: Token) -> None:
    """Give up what the token and all below it wait for, and the tokens themselves."""
    abandon(run, running, token)
    run.remove(running, token)


def abandon(run: Run, running: Running, token: Token) -> None:
    """Give up what the token waits for, and everything below it; the token itself stays."""
    for other in [other for other in running.tokens.values() if other.parent_id == token.id]:
        cancel(run, running, other)
    if token.state == TokenState.TASK:
        run.abandoned_tasks.add(token.id)
        run.tasks = [task for task in run.tasks if task.token_id != token.id]
    elif token.state == TokenState.INCIDENT:
        run.abandoned_incidents.add(token.id)
    elif token.state == TokenState.CALL:
        _cancel_called(run, running, token)
    if token.state not in QUIET:
        run.note(running, running.element_of(token), HistoryKind.CANCELLED)
    run.drop_waits(token)


def _cancel_called(run: Run, running: Running, token: Token) -> None:
    called = [other for other in run.running.values() if other.row.parent_token_id == token.id]
    if not called:
        found = ProcessInstance.objects.filter(parent_token_id=token.id, state=InstanceState.ACTIVE)
        called = [run.load(row_id) for row_id in found.values_list("pk", flat=True)]
    for other in called:
        if other.is_active:
            end_instance(run, other, InstanceState.CANCELLED)
