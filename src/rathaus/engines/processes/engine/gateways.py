"""Gateways: choosing, splitting, joining (BPMN 2.0.2, 13.4)."""

from __future__ import annotations

from collections import defaultdict
from uuid import UUID

from ..bpmn.model import Element, Flow, Kind
from ..enums import IncidentKind, TokenState
from ..models import Token
from . import waits
from .core import complete, handles
from .problems import Problem, raise_incident
from .run import Run, Running


@handles(Kind.EXCLUSIVE)
def _exclusive(run: Run, running: Running, token: Token, element: Element) -> None:
    for flow in running.process.outgoing(element):
        if flow.id != element.default and _holds(run, running, token, flow):
            complete(run, running, token, flows=[flow])
            return
    complete(run, running, token, flows=[_default(running, element)])


@handles(Kind.PARALLEL)
def _parallel(run: Run, running: Running, token: Token, element: Element) -> None:
    if len(element.incoming) > 1:
        run.wait(token, TokenState.JOIN)
        arrived = _arrived(running, token)
        if len(arrived) < len(element.incoming):
            return
        _merge(run, running, token, arrived)
    complete(run, running, token)


@handles(Kind.INCLUSIVE)
def _inclusive(run: Run, running: Running, token: Token, element: Element) -> None:
    if len(element.incoming) > 1 and not token.data.get("joined"):
        run.wait(token, TokenState.JOIN)  # decided by `fire_inclusive_joins` when nothing moves any more
        return
    chosen = [
        flow
        for flow in running.process.outgoing(element)
        if flow.id != element.default and _holds(run, running, token, flow)
    ]
    complete(run, running, token, flows=chosen or [_default(running, element)])


@handles(Kind.EVENT_GATEWAY)
def _event_gateway(run: Run, running: Running, token: Token, element: Element) -> None:
    run.wait(token, TokenState.EVENT)
    for flow in running.process.outgoing(element):
        waits.arm(run, running, token, running.process.elements[flow.target])


def _holds(run: Run, running: Running, token: Token, flow: Flow) -> bool:
    """Whether the condition is true; null and anything else count as no. A flow without condition is open."""
    return not flow.condition or run.value(running, token, flow.condition) is True


def _default(running: Running, element: Element) -> Flow:
    if element.default:
        return running.process.flows[element.default]
    raise Problem(
        IncidentKind.EXPRESSION,
        f"An „{element.label}“ ist keine Bedingung erfüllt, und es gibt keinen Standardweg. Wählen Sie, wie es "
        "weitergeht, und ergänzen Sie im Prozess einen Standardweg.",
    )


def _arrived(running: Running, token: Token) -> dict[str, list[Token]]:
    """Tokens waiting at the same gateway in the same scope, by the flow they came along, oldest first."""
    found: dict[str, list[Token]] = defaultdict(list)
    for other in running.tokens.values():
        if (
            other.element_id == token.element_id
            and other.parent_id == token.parent_id
            and other.state == TokenState.JOIN
        ):
            found[other.via].append(other)
    return found


def _merge(run: Run, running: Running, token: Token, arrived: dict[str, list[Token]]) -> None:
    """One token of each flow goes on as one: `token`."""
    for flow_id, tokens in arrived.items():
        if flow_id != token.via:
            run.remove(running, tokens[0])


def fire_inclusive_joins(run: Run) -> bool:
    """Open the inclusive gateways that no token can reach any more on an empty path. True if one was opened."""
    return any(running.is_active and _fire_one(run, running) for running in list(run.running.values()))


def _fire_one(run: Run, running: Running) -> bool:
    waiting: dict[tuple[str, UUID | None], Token] = {}
    for token in running.tokens.values():
        if token.state == TokenState.JOIN and running.element_of(token).kind == Kind.INCLUSIVE:
            waiting.setdefault((token.element_id, token.parent_id), token)
    for token in waiting.values():
        arrived = _arrived(running, token)
        if not _may_still_come(running, token, set(arrived)):
            _merge(run, running, token, arrived)
            run.wait(token, TokenState.MOVING, joined=True)
            run.ready.append((running, token))
            return True
    return False


def _may_still_come(running: Running, token: Token, full: set[str]) -> bool:
    """Whether a token of the scope can reach an empty incoming flow, but none that holds a token already.

    Paths through the gateway itself do not count (BPMN 2.0.2, 13.4.3).
    """
    upstream = running.process.upstream[token.element_id]
    empty = [sources for flow_id, sources in upstream.items() if flow_id not in full]
    filled = [sources for flow_id, sources in upstream.items() if flow_id in full]
    for other in running.tokens.values():
        if other.parent_id != token.parent_id or other.element_id == token.element_id:
            continue
        place = other.element_id
        if any(place in sources for sources in empty) and not any(place in sources for sources in filled):
            return True
    return False


def raise_where_stuck(run: Run) -> None:
    """Nothing moves and nothing outside can move it: say so, instead of waiting for ever."""
    for running in run.running.values():
        alive = [
            token
            for token in running.tokens.values()
            if token.state not in (TokenState.SCOPE, TokenState.MULTI)
        ]
        if running.is_active and alive and all(token.state == TokenState.JOIN for token in alive):
            element = running.element_of(alive[0])
            raise_incident(
                run,
                running,
                alive[0],
                Problem(
                    IncidentKind.STUCK,
                    f"„{element.label}“ wartet auf einen Weg, der nicht mehr kommt. Prüfen Sie die Verzweigung davor: "
                    "Ein paralleles Gateway sammelt nur, was ein paralleles Gateway geteilt hat.",
                ),
            )
