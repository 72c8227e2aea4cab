"""Errors on their way outwards: to a boundary event of the activity, of what surrounds it, of the calling process."""

from __future__ import annotations

from dataclasses import dataclass

from ..bpmn.model import Element, Trigger
from ..enums import HistoryKind, InstanceState, TokenState
from ..models import Token
from .core import abandon, complete, end_instance, is_iteration
from .run import Run, Running


@dataclass(frozen=True, slots=True)
class Catcher:
    running: Running
    token: Token
    boundary: Element


def throw(run: Run, running: Running, token: Token, code: str, message: str) -> bool:
    """Let the nearest boundary event that knows the code go on. False where nobody catches it."""
    catcher = _find(run, running, token, code)
    if catcher is None:
        return False
    abandon(run, catcher.running, catcher.token)
    caught = catcher.token
    caught.element_id, caught.state, caught.data, caught.variables = (
        catcher.boundary.id,
        TokenState.MOVING,
        {},
        None,
    )
    run.changed.add(caught.id)
    value = {"code": code, "meldung": message}
    complete(
        run,
        catcher.running,
        caught,
        value,
        kind=HistoryKind.ERROR,
        details={"code": code, "message": message},
    )
    return True


def _find(run: Run, running: Running, token: Token, code: str) -> Catcher | None:
    current: Token | None = token
    while current is not None:
        boundary = None if is_iteration(current) else _boundary(running, current, code)
        if boundary is not None:
            return Catcher(running, current, boundary)
        current = running.parent_of(current)
    if running.row.parent_id is None or running.row.parent_token_id is None:
        return None
    caller = run.load(running.row.parent_id)
    waiting = caller.tokens.get(running.row.parent_token_id)
    return _find(run, caller, waiting, code) if waiting is not None else None


def _boundary(running: Running, token: Token, code: str) -> Element | None:
    found = [
        boundary
        for boundary in running.process.boundaries(token.element_id)
        if boundary.trigger == Trigger.ERROR and boundary.error in (code, "")
    ]
    return max(found, key=lambda boundary: boundary.error) if found else None


def fail(run: Run, running: Running, code: str) -> None:
    """An error that nobody catches ends the whole family of instances."""
    outermost = running
    while outermost.row.parent_id is not None:
        end_instance(run, outermost, InstanceState.FAILED, code=code)
        outermost = run.load(outermost.row.parent_id)
    end_instance(run, outermost, InstanceState.FAILED, code=code)
