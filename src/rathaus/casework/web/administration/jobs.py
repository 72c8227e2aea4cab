"""The work in the background: what waits, what failed and why, once more by hand."""

from __future__ import annotations

from dataclasses import dataclass

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from rathaus.identity.public import ActorRequest
from rathaus.kernel.public import jobs as queue

from .guards import for_administrators
from .job_texts import TASKS

PAGE_SIZE = 50
ORDER = (queue.JobState.DEAD, queue.JobState.READY, queue.JobState.RUNNING, queue.JobState.DONE)


@dataclass(frozen=True)
class Tab:
    state: str
    label: str
    count: int
    is_current: bool


@dataclass(frozen=True)
class JobRow:
    job: queue.Job
    name: str
    area: str
    reason: str


@require_safe
@for_administrators
def jobs(request: ActorRequest) -> HttpResponse:
    counts = queue.state_counts()
    state = request.GET.get("zustand", queue.JobState.DEAD)
    if state not in queue.JobState.values:
        raise Http404
    found = queue.recent(state)
    before = request.GET.get("vor", "")
    if before.isdecimal():
        found = found.filter(pk__lt=int(before[:18]))
    rows = list(found[: PAGE_SIZE + 1])
    context = {
        "tabs": [Tab(tab, str(tab.label), counts[tab], tab == state) for tab in ORDER],
        "rows": [_row(job) for job in rows[:PAGE_SIZE]],
        "state": state,
        "may_retry": state == queue.JobState.DEAD,
        "older": rows[PAGE_SIZE - 1].pk if len(rows) > PAGE_SIZE else None,
    }
    return render(request, "casework/administration/jobs.html", context)


def _row(job: queue.Job) -> JobRow:
    """What the job does in words, and the app that it belongs to."""
    *path, task = job.task.split(".")
    area = next((part for part in reversed(path) if part not in ("tasks", "rathaus")), "")
    lines = [line.strip() for line in job.last_error.strip().splitlines() if line.strip()]
    name = str(TASKS.get(job.task, task.replace("_", " ")))
    return JobRow(job, name, area, reason=lines[-1] if lines else "")


@require_POST
@for_administrators
def retry(request: ActorRequest, job_id: int) -> HttpResponse:
    if queue.retry(job_id, request.actor.audit_name):
        messages.success(request, _("The job runs once more. If it fails again, it comes back to this list."))
    else:
        messages.warning(request, _("This job is not given up any more. Perhaps somebody was quicker."))
    return redirect(reverse("casework:admin_jobs"))
