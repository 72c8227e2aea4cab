from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class InstanceState(models.TextChoices):
    ACTIVE = "active", _("Active")
    COMPLETED = "completed", _("Completed")
    FAILED = "failed", _("Ended with an error")
    CANCELLED = "cancelled", _("Cancelled")


class TokenState(models.TextChoices):
    """What a token waits for. A token that waits for nothing exists in memory only."""

    TASK = "task", _("Task")
    JOB = "job", _("Action running")
    EVENT = "event", _("Waiting for an event")
    JOIN = "join", _("Waiting for other paths")
    SCOPE = "scope", _("Subprocess running")
    MULTI = "multi", _("Several runs")
    CALL = "call", _("Called process running")
    INCIDENT = "incident", _("Incident")
    MOVING = "moving", _("Moving")


class TaskState(models.TextChoices):
    OPEN = "open", _("Open")
    COMPLETED = "completed", _("Completed")
    CANCELLED = "cancelled", _("Cancelled")


class IncidentState(models.TextChoices):
    OPEN = "open", _("Open")
    RETRIED = "retried", _("Tried again")
    RESOLVED = "resolved", _("Resolved by hand")
    CANCELLED = "cancelled", _("No longer needed")


class IncidentKind(models.TextChoices):
    ACTION = "action", _("An action failed")
    BUSINESS = "business", _("An error that the process does not handle")
    EXPRESSION = "expression", _("A condition or value could not be worked out")
    DECISION = "decision", _("A decision table gave no result")
    ROUTING = "routing", _("Nobody is responsible")
    CALL = "call", _("The called process is missing")
    LOOP = "loop", _("The process runs in circles")
    STUCK = "stuck", _("The process does not get on")


class HistoryKind(models.TextChoices):
    STARTED = "started", _("Started")
    COMPLETED = "completed", _("Done")
    DECIDED = "decided", _("Decided by table")
    CANCELLED = "cancelled", _("Cancelled")
    TIMER = "timer", _("Time reached")
    MESSAGE = "message", _("Message received")
    ERROR = "error", _("Error")
    INCIDENT = "incident", _("Incident")
    RETRIED = "retried", _("Tried again")
    RESOLVED = "resolved", _("Resolved by hand")
    ENDED = "ended", _("Process ended")
