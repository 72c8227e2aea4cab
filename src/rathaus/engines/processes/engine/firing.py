"""What comes from outside: a timer's moment, a message."""

from __future__ import annotations

from ..bpmn.model import Element, Kind
from ..enums import HistoryKind, TokenState
from ..models import Token
from .core import abandon, complete
from .run import Run, Running


def trigger(
    run: Run, running: Running, token: Token, element: Element, value: object, kind: HistoryKind
) -> None:
    """The event `element` happens to the token that waits for it: at it, at its host, or at the gateway before it."""
    running.row.automatic_steps = 0
    running.is_changed = True
    if element.kind == Kind.BOUNDARY:
        _boundary(run, running, token, element, value, kind)
        return
    if token.element_id != element.id:
        run.note(running, running.element_of(token), HistoryKind.COMPLETED)
        token.element_id = element.id
        run.changed.add(token.id)
    complete(run, running, token, value, kind=kind)


def _boundary(
    run: Run, running: Running, token: Token, element: Element, value: object, kind: HistoryKind
) -> None:
    if element.interrupting:
        abandon(run, running, token)
        token.element_id, token.state, token.data, token.variables = element.id, TokenState.MOVING, {}, None
        run.changed.add(token.id)
        complete(run, running, token, value, kind=kind)
    else:
        aside = run.new_token(running, element.id, parent_id=token.parent_id)
        complete(run, running, aside, value, kind=kind)
