"""Incidents: a token stops, an administrator is told, nothing is lost."""

from __future__ import annotations

import logging

from ..enums import HistoryKind, IncidentKind, TokenState
from ..events import IncidentRaised
from ..models import Incident, Token
from .run import Run, Running

logger = logging.getLogger(__name__)


class Problem(Exception):
    """What a handler raises when its token cannot go on; becomes an incident. The message is German."""

    def __init__(self, kind: IncidentKind, message: str, code: str = "") -> None:
        super().__init__(message)
        self.kind = kind
        self.message = message
        self.code = code


def raise_incident(run: Run, running: Running, token: Token, problem: Problem) -> Incident:
    """Stop the token where it is and open an incident."""
    element = running.element_of(token)
    run.wait(token, TokenState.INCIDENT)
    incident = Incident(
        instance_id=running.row.id,
        token_id=token.id,
        element_id=element.id,
        kind=problem.kind,
        code=problem.code[:200],
        message=problem.message[:5_000],
        raised_at=run.now,
    )
    run.incidents.append(incident)
    run.note(
        running, element, HistoryKind.INCIDENT, {"message": incident.message, "kind": problem.kind.value}
    )
    run.facts.append(
        IncidentRaised(
            incident_id=incident.id,
            instance_id=running.row.id,
            subject=running.row.subject,
            element_id=element.id,
            kind=problem.kind.value,
        )
    )
    logger.warning(
        "process_incident instance=%s element=%s kind=%s", running.row.id, element.id, problem.kind.value
    )
    return incident
