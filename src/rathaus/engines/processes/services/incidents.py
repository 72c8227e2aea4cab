from __future__ import annotations

import uuid
from collections.abc import Mapping

from django.db import transaction
from django.utils.translation import gettext as _

from rathaus.identity.public import Actor, policies
from rathaus.kernel.public import audit, clock

from ..bpmn.model import Element, Flow, Kind
from ..engine.core import NOTHING, abandon, complete
from ..engine.flush import finish
from ..engine.opening import open_run
from ..engine.run import Run, Running
from ..enums import HistoryKind, IncidentState, TokenState
from ..models import Incident, Token


class IncidentClosed(ValueError):
    """Somebody else has dealt with the incident."""


class InvalidResolution(ValueError):
    """The way on that was chosen does not exist."""


@transaction.atomic
def retry_incident(*, actor: Actor, incident_id: uuid.UUID) -> Incident:
    """Let the token do its element again. Raises IncidentClosed."""
    incident, run, running, token = _open(actor, incident_id)
    element = running.element_of(token)
    run.note(running, element, HistoryKind.RETRIED)
    _restart(run, running, token)
    finish(run)
    return _close(actor, incident, IncidentState.RETRIED)


def _restart(run: Run, running: Running, token: Token) -> None:
    keep = {key: token.data[key] for key in ("iteration", "joined", "sent") if key in token.data}
    token.state = TokenState.MOVING  # before `abandon`, which would close the incident as no longer needed
    abandon(run, running, token)
    token.data = keep
    running.row.automatic_steps = 0
    run.changed.add(token.id)
    run.ready.append((running, token))


@transaction.atomic
def resolve_incident(
    *,
    actor: Actor,
    incident_id: uuid.UUID,
    outputs: Mapping[str, object] | None = None,
    note: str,
    flow: str | None = None,
) -> Incident:
    """Do by hand what the element should have done: its result is `outputs`, the token goes on.

    At a gateway `flow` chooses the way on. Raises IncidentClosed and InvalidResolution.
    """
    if not note.strip():
        raise InvalidResolution(_("Please note what you have done."))
    incident, run, running, token = _open(actor, incident_id)
    element = running.element_of(token)
    chosen = _flow(running, element, flow)
    running.row.automatic_steps = 0
    token.state = TokenState.MOVING
    abandon(run, running, token)
    complete(
        run,
        running,
        token,
        dict(outputs) if outputs else NOTHING,
        flows=chosen,
        kind=HistoryKind.RESOLVED,
        details={"note": note.strip(), "kind": incident.kind},
    )
    finish(run)
    return _close(actor, incident, IncidentState.RESOLVED, note)


def _flow(running: Running, element: Element, flow_id: str | None) -> list[Flow] | None:
    if element.kind not in (Kind.EXCLUSIVE, Kind.INCLUSIVE) or len(element.outgoing) < 2:
        return None
    if flow_id not in element.outgoing:
        raise InvalidResolution(_("Please choose how the process goes on."))
    return [running.process.flows[flow_id]]


def _open(actor: Actor, incident_id: uuid.UUID) -> tuple[Incident, Run, Running, Token]:
    found = Incident.objects.get(pk=incident_id)
    policies.check(actor, "processes.handle_incident", found)
    run, _root = open_run(actor, found.instance_id)
    running = run.load(found.instance_id)
    incident = Incident.objects.get(pk=incident_id)  # again, under the lock
    token = running.tokens.get(incident.token_id)
    if incident.state != IncidentState.OPEN or token is None or token.state != TokenState.INCIDENT:
        raise IncidentClosed(_("This incident has already been dealt with."))
    return incident, run, running, token


def _close(actor: Actor, incident: Incident, state: IncidentState, note: str = "") -> Incident:
    incident.state, incident.note = state, note.strip()
    incident.closed_at, incident.closed_by = clock.now(), actor.name[:200]
    incident.save(update_fields=["state", "note", "closed_at", "closed_by"])
    audit.append(
        actor=actor.audit_name,
        action=f"processes.incident_{state.value}",
        subject=f"processes.incident:{incident.pk}",
        details={"element": incident.element_id, "kind": incident.kind},
    )
    return incident
