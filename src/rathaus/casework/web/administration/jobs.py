"""The work in the background: what waits, what failed and why, once more by hand."""

from __future__ import annotations

from dataclasses import dataclass

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from rathaus.identity.public import ActorRequest
from rathaus.kernel.public import jobs as queue

from .guards import for_administrators
from .job_texts import TASKS, reason_in_words

PAGE_SIZE = 50
COUNTED = 1000
ORDER = (queue.JobState.DEAD, queue.JobState.READY, queue.JobState.RUNNING, queue.JobState.DONE)


@dataclass(frozen=True)
class Tab:
    state: str
    label: str
    count: str
    is_current: bool


@dataclass(frozen=True)
class JobRow:
    job: queue.Job
    name: str
    area: str
    reason: str


@dataclass(frozen=True)
class RhythmRow:
    """A job that returns: its name, how often, when last and when next."""

    name: str
    every: str
    rhythm: queue.Rhythm


@require_safe
@for_administrators
def jobs(request: ActorRequest) -> HttpResponse:
    counts = queue.capped_counts(COUNTED)
    state = request.GET.get("zustand", queue.JobState.DEAD)
    if state not in queue.JobState.values:
        raise Http404
    found = queue.recent(state)
    before = request.GET.get("vor", "")
    if before.isdecimal():
        found = found.filter(pk__lt=int(before[:18]))
    rows = list(found[: PAGE_SIZE + 1])
    context = {
        "tabs": [Tab(tab, str(tab.label), _counted(counts[tab]), tab == state) for tab in ORDER],
        "rows": [_row(job) for job in rows[:PAGE_SIZE]],
        "state": state,
        "may_retry": state == queue.JobState.DEAD,
        "older": rows[PAGE_SIZE - 1].pk if len(rows) > PAGE_SIZE else None,
        "rhythms": [_rhythm(rhythm) for rhythm in queue.rhythms()],
    }
    return render(request, "casework/administration/jobs.html", context)


def _counted(count: int) -> str:
    """As in-trays show it: what is beyond is not counted."""
    return f"{COUNTED - 1}+" if count >= COUNTED else str(count)


def _row(job: queue.Job) -> JobRow:
    """What the job does in words, and the app that it belongs to."""
    *path, task = job.task.split(".")
    area = next((part for part in reversed(path) if part not in ("tasks", "rathaus")), "")
    name = str(TASKS.get(job.task, task.replace("_", " ")))
    return JobRow(job, name, area, reason=reason_in_words(job.last_error))


def _rhythm(rhythm: queue.Rhythm) -> RhythmRow:
    name = str(TASKS.get(rhythm.task, rhythm.name))
    return RhythmRow(name, _period(int(rhythm.every.total_seconds())), rhythm)


def _period(seconds: int) -> str:
    """Such as "every 6 hours", in the largest unit that fits."""
    if seconds % 86_400 == 0:
        return ngettext("every day", "every %(count)d days", seconds // 86_400) % {"count": seconds // 86_400}
    if seconds % 3600 == 0:
        return ngettext("every hour", "every %(count)d hours", seconds // 3600) % {"count": seconds // 3600}
    if seconds % 60 == 0:
        return ngettext("every minute", "every %(count)d minutes", seconds // 60) % {"count": seconds // 60}
    return ngettext("every second", "every %(count)d seconds", seconds) % {"count": seconds}


@require_POST
@for_administrators
def retry(request: ActorRequest, job_id: int) -> HttpResponse:
    if queue.retry(job_id, request.actor.audit_name):
        messages.success(request, _("The job runs once more. If it fails again, it comes back to this list."))
    else:
        messages.warning(request, _("This job is not given up any more. Perhaps somebody was quicker."))
    return redirect(reverse("casework:admin_jobs"))


@require_POST
@for_administrators
def retry_all(request: ActorRequest) -> HttpResponse:
    """Everything given up once more, such as after the mail server was away for a day."""
    count = queue.retry_all(request.actor.audit_name)
    text = ngettext("%(count)d job runs once more.", "%(count)d jobs run once more.", count) % {
        "count": count
    }
    messages.success(request, text)
    return redirect(reverse("casework:admin_jobs"))
