from __future__ import annotations

import uuid

from django.db import models
from django.db.models import Q

from ..enums import HistoryKind, IncidentKind, IncidentState, InstanceState, TokenState
from .definitions import ProcessVersion


class ProcessInstance(models.Model):
    """A running or finished process for a subject (the case). `variables` holds the results of its elements."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    version = models.ForeignKey(ProcessVersion, on_delete=models.PROTECT, related_name="instances")
    subject = models.UUIDField(db_index=True)
    state = models.CharField(max_length=10, choices=InstanceState.choices, default=InstanceState.ACTIVE)
    variables = models.JSONField(default=dict)
    # {"role": {"unit": 1, "post_role": "head"}}
    routing = models.JSONField(default=dict)
    access_set = models.ForeignKey(
        "identity.AccessSet", on_delete=models.PROTECT, null=True, related_name="+"
    )
    # The instance that called this one, the token that waits for it there, and the outermost caller (whose row
    # is the lock for the whole family). Plain ids: a family is only ever read as a whole.
    parent_id = models.UUIDField(null=True)
    parent_token_id = models.UUIDField(null=True)
    root_id = models.UUIDField(db_index=True)
    depth = models.PositiveSmallIntegerField(default=0)
    # Steps taken since somebody or something outside last moved the process.
    automatic_steps = models.PositiveIntegerField(default=0)
    error = models.CharField(max_length=200, blank=True)
    started_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"{self.id} ({self.state})"


class Token(models.Model):
    """Where an instance stands and what it waits for there. A token that is done leaves no row.

    `parent_id` is the token of the enclosing subprocess or multi-instance; `variables` are names of that inner
    scope alone (null: none of its own); `data` is the engine's own book-keeping.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    instance = models.ForeignKey(ProcessInstance, on_delete=models.CASCADE, related_name="tokens")
    element_id = models.CharField(max_length=200)
    state = models.CharField(max_length=10, choices=TokenState.choices)
    parent_id = models.UUIDField(null=True)
    via = models.CharField(max_length=200, blank=True)
    variables = models.JSONField(null=True)
    data = models.JSONField(default=dict)
    has_waits = models.BooleanField(default=False)
    since = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.element_id} ({self.state})"


class Timer(models.Model):
    """A moment at which a token moves, or (without instance) at which a process starts."""

    instance = models.ForeignKey(ProcessInstance, on_delete=models.CASCADE, null=True, related_name="timers")
    version = models.ForeignKey(ProcessVersion, on_delete=models.CASCADE, null=True, related_name="+")
    token_id = models.UUIDField(null=True, db_index=True)
    element_id = models.CharField(max_length=200)
    due_at = models.DateTimeField(db_index=True)
    # How often it is still to fire after this time; null without end.
    remaining = models.PositiveIntegerField(null=True, default=0)

    def __str__(self) -> str:
        return f"{self.element_id} {self.due_at:%Y-%m-%d %H:%M}"


class MessageWait(models.Model):
    """A token that waits for a message about its subject, or (without instance) a process that one starts."""

    instance = models.ForeignKey(ProcessInstance, on_delete=models.CASCADE, null=True, related_name="waits")
    version = models.ForeignKey(ProcessVersion, on_delete=models.CASCADE, null=True, related_name="+")
    token_id = models.UUIDField(null=True, db_index=True)
    element_id = models.CharField(max_length=200)
    name = models.CharField(max_length=200)
    subject = models.UUIDField(null=True)

    class Meta:
        indexes = [models.Index(fields=["name", "subject"], name="processes_wait_name")]

    def __str__(self) -> str:
        return self.name


class Incident(models.Model):
    """Something that stopped a token and that an administrator puts right."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    instance = models.ForeignKey(ProcessInstance, on_delete=models.CASCADE, related_name="incidents")
    token_id = models.UUIDField(db_index=True)
    element_id = models.CharField(max_length=200)
    kind = models.CharField(max_length=12, choices=IncidentKind.choices)
    code = models.CharField(max_length=200, blank=True)
    message = models.TextField()
    state = models.CharField(max_length=10, choices=IncidentState.choices, default=IncidentState.OPEN)
    raised_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True)
    closed_by = models.CharField(max_length=200, blank=True)
    note = models.TextField(blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["-raised_at"], name="processes_incident_open", condition=Q(state="open")),
        ]

    def __str__(self) -> str:
        return f"{self.element_id}: {self.message[:80]}"


class HistoryEntry(models.Model):
    """What happened, in order. Only ever added to."""

    instance = models.ForeignKey(ProcessInstance, on_delete=models.CASCADE, related_name="history")
    element_id = models.CharField(max_length=200)
    name = models.CharField(max_length=300, blank=True)
    kind = models.CharField(max_length=10, choices=HistoryKind.choices)
    at = models.DateTimeField()
    actor_name = models.CharField(max_length=200, blank=True)
    details = models.JSONField(default=dict)

    def __str__(self) -> str:
        return f"{self.element_id} {self.kind}"
