from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class JobState(models.TextChoices):
    READY = "ready", _("Waiting")
    RUNNING = "running", _("Running")
    DONE = "done", _("Done")
    DEAD = "dead", _("Failed for good")


class Job(models.Model):
    """A piece of work that outlives the request. The integer key is the order of enqueueing."""

    task = models.CharField(max_length=200)
    queue = models.CharField(max_length=40, default="default")
    # {"args": [...], "kwargs": {...}} as text: written once, read once, never searched.
    payload = models.TextField(default="{}")
    priority = models.SmallIntegerField(default=0)
    state = models.CharField(max_length=10, choices=JobState.choices, default=JobState.READY)
    enqueued_at = models.DateTimeField()
    run_after = models.DateTimeField()
    attempts = models.PositiveIntegerField(default=0)
    worker = models.CharField(max_length=64, blank=True)
    lease_until = models.DateTimeField(null=True)
    started_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)
    last_error = models.TextField(blank=True)
    result = models.TextField(blank=True)

    class Meta:
        # Whole indexes: SQLite uses a partial one only where its condition is a constant, not a parameter.
        indexes = [
            models.Index(fields=["state", "-priority", "run_after", "id"], name="kernel_job_ready"),
            models.Index(
                fields=["lease_until"], name="kernel_job_lease", condition=Q(lease_until__isnull=False)
            ),
            models.Index(fields=["state", "-id"], name="kernel_job_state"),
        ]

    def __str__(self) -> str:
        return f"{self.id} {self.task} ({self.state})"


class PeriodicSchedule(models.Model):
    """When a periodic job is due next. Whoever moves ``next_at`` on enqueues the job: one a period."""

    name = models.CharField(max_length=100, primary_key=True)
    next_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.name}: {self.next_at:%Y-%m-%d %H:%M:%S}"
