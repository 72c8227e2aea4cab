"""Where the processes of a subject stand and what has happened. Callers decide who may see the subject."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import QuerySet

from .. import expressions
from ..bpmn.model import Kind
from ..bpmn.reader import read_process
from ..check.results import gives_result
from ..engine.compiled import process_of
from ..enums import HistoryKind, IncidentState, InstanceState, TokenState
from ..models import HistoryEntry, Incident, MessageWait, ProcessInstance, ProcessVersion, Token

DONE_KINDS = (
    HistoryKind.COMPLETED,
    HistoryKind.DECIDED,
    HistoryKind.TIMER,
    HistoryKind.MESSAGE,
    HistoryKind.ERROR,
    HistoryKind.RESOLVED,
)


@dataclass(frozen=True, slots=True)
class CurrentElement:
    """Where a token waits. `kind` is the BPMN kind, `state` what it waits for."""

    instance_id: uuid.UUID
    version_id: uuid.UUID
    element_id: str
    name: str
    kind: Kind
    state: TokenState
    since: datetime


def instances_of(subject: uuid.UUID) -> list[ProcessInstance]:
    """The processes of a subject with those that they called, newest first."""
    return list(ProcessInstance.objects.filter(subject=subject).order_by("-started_at"))


def current_elements(subject: uuid.UUID) -> list[CurrentElement]:
    """Where the running processes of a subject wait."""
    tokens = (
        Token.objects.filter(instance__subject=subject, instance__state=InstanceState.ACTIVE)
        .select_related("instance")
        .order_by("since", "element_id")
    )
    found: dict[tuple[uuid.UUID, str], CurrentElement] = {}
    for token in tokens:
        element = process_of(token.instance.version_id).elements[token.element_id]
        found.setdefault(
            (token.instance_id, element.id),
            CurrentElement(
                token.instance_id,
                token.instance.version_id,
                element.id,
                element.label,
                element.kind,
                TokenState(token.state),
                token.since,
            ),
        )
    return list(found.values())


def history_of(subject: uuid.UUID) -> list[HistoryEntry]:
    """Everything that happened in the processes of a subject, in order."""
    return list(HistoryEntry.objects.filter(instance__subject=subject).order_by("pk"))


def completed_elements(subject: uuid.UUID) -> list[HistoryEntry]:
    """The elements that the processes of a subject have left, in order."""
    return list(HistoryEntry.objects.filter(instance__subject=subject, kind__in=DONE_KINDS).order_by("pk"))


def variables_of(subject: uuid.UUID) -> dict[str, Any]:
    """The results so far, as plain JSON (dates as ISO text); of several processes the newest counts."""
    rows = ProcessInstance.objects.filter(subject=subject, parent_id=None).order_by("started_at")
    found: dict[str, Any] = {}
    for variables in rows.values_list("variables", flat=True):
        found.update(variables)
    return {name: expressions.plain(value) for name, value in found.items()}


def context_of(subject: uuid.UUID) -> dict[str, object]:
    """The results so far as FEEL values."""
    rows = ProcessInstance.objects.filter(subject=subject, parent_id=None).order_by("started_at")
    found: dict[str, object] = {}
    for variables in rows.values_list("variables", flat=True):
        found.update(expressions.load(variables))
    return found


def incidents_of(subject: uuid.UUID) -> list[Incident]:
    """The open incidents of a subject."""
    return list(
        Incident.objects.filter(instance__subject=subject, state=IncidentState.OPEN).order_by("raised_at")
    )


def awaits_message(subject: uuid.UUID, name: str) -> bool:
    """Whether a process of the subject waits for a message of this name."""
    return MessageWait.objects.filter(subject=subject, name=name).exists()


def waits_for(name: str) -> QuerySet[MessageWait]:
    """What waits for a message of this name, for callers who ask for the subject as part of a query of theirs."""
    return MessageWait.objects.filter(name=name)


def process_xml(version: ProcessVersion | uuid.UUID) -> bytes:
    """The drawing of a version as it was deployed. Callers decide who may see it."""
    version_id = version.pk if isinstance(version, ProcessVersion) else version
    return bytes(ProcessVersion.objects.values_list("xml", flat=True).get(pk=version_id))


def result_names(xml: bytes | str) -> tuple[str, ...]:
    """The names under which the elements of a process leave results; none where the file cannot be read."""
    process = read_process(xml.encode() if isinstance(xml, str) else xml).process
    if process is None:
        return ()
    return tuple(
        dict.fromkeys(element.result_name for element in process.elements.values() if gives_result(element))
    )
