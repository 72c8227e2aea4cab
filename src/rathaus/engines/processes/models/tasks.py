from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q

from ..enums import TaskState
from .instances import ProcessInstance


class UserTask(models.Model):
    """Work for people in a case. `outcomes` are the ways to end it, as in the process drawing."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    instance = models.ForeignKey(ProcessInstance, on_delete=models.CASCADE, related_name="tasks")
    token_id = models.UUIDField(db_index=True)
    element_id = models.CharField(max_length=200)
    name = models.CharField(max_length=300)
    documentation = models.TextField(blank=True)
    subject = models.UUIDField(db_index=True)
    role = models.CharField(max_length=100)
    unit = models.ForeignKey(
        "identity.OrganizationalUnit", on_delete=models.PROTECT, related_name="+", db_index=False
    )
    post_role = models.CharField(max_length=40, blank=True)
    assignee = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    access_set = models.ForeignKey(
        "identity.AccessSet", on_delete=models.PROTECT, related_name="+", db_index=False
    )
    form_key = models.CharField(max_length=100, blank=True)
    # [{"key", "label", "label_en", "kind", "reason", "letter"}]
    outcomes = models.JSONField(default=list)
    result_name = models.CharField(max_length=200)
    # Names of the inner scope, such as the element of a multi-instance.
    scope = models.JSONField(default=dict)
    due_on = models.DateField(null=True)
    created_at = models.DateTimeField()
    state = models.CharField(max_length=10, choices=TaskState.choices, default=TaskState.OPEN)
    completed_at = models.DateTimeField(null=True)
    completed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    completed_by_name = models.CharField(max_length=200, blank=True)
    outcome = models.CharField(max_length=100, blank=True)
    reason = models.TextField(blank=True)
    data = models.JSONField(default=dict)

    class Meta:
        # In the orders in which lists walk through them (queries/task_lists.py); only what is open, so that they do
        # not grow with the archive.
        indexes = [
            models.Index(
                fields=["unit", "due_on", "created_at", "id"],
                name="processes_task_urgent",
                condition=Q(state="open"),
            ),
            models.Index(
                fields=["unit", "created_at", "id"], name="processes_task_newest", condition=Q(state="open")
            ),
            models.Index(
                fields=["assignee", "due_on", "created_at", "id"],
                name="processes_task_assigned",
                condition=Q(state="open", assignee__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return self.name
