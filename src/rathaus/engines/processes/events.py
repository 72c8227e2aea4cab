"""What happened in a process, told after commit."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from rathaus.kernel.public import events


@dataclass(frozen=True)
class TaskCreated(events.Event):
    task_id: UUID
    instance_id: UUID
    subject: UUID
    element_id: str
    name: str
    unit_id: int
    due_on: date | None


@dataclass(frozen=True)
class TaskCompleted(events.Event):
    task_id: UUID
    instance_id: UUID
    subject: UUID
    element_id: str
    outcome: str
    completed_by: UUID | None


@dataclass(frozen=True)
class InstanceCompleted(events.Event):
    """The whole process has ended; called processes do not tell."""

    instance_id: UUID
    subject: UUID
    process: str


@dataclass(frozen=True)
class InstanceFailed(events.Event):
    """The process ended with an error that nothing in it handles."""

    instance_id: UUID
    subject: UUID
    process: str
    code: str


@dataclass(frozen=True)
class IncidentRaised(events.Event):
    incident_id: UUID
    instance_id: UUID
    subject: UUID
    element_id: str
    kind: str
