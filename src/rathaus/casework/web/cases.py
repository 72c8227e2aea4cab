"""One case: what is to be done, what is known, what happened, and where its process stands."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from rathaus.casework.models import CoSignature
from rathaus.casework.queries import case_file
from rathaus.casework.queries.beside import beside
from rathaus.casework.rules import CO_SIGN, WORK
from rathaus.casework.services import assignment
from rathaus.casework.services.co_signatures import (
    CoSignatureRefused,
    answer_co_signature,
    withdraw_co_signature,
)
from rathaus.casework.web.actions import links_for
from rathaus.casework.web.frame import frame, here
from rathaus.casework.web.guard import may_work, with_case
from rathaus.casework.web.panels import TaskPanel, panel_for
from rathaus.engines.processes import public as processes
from rathaus.engines.records import public as records
from rathaus.identity.public import ActorRequest, policies
from rathaus.intake import public as intake
from rathaus.ui.public import Page, page_of

SHOWN_LINES = 6
LINES_A_PAGE, NOTES_A_PAGE = 100, 50
TIMELINE_ICONS = {
    "opened": "add",
    "document_filed": "draft",
    "inquiry_sent": "help",
    "inquiry_answered": "mail",
    "task_done": "check",
    "note_added": "edit",
    "closed": "success",
    "state_decided": "success",
}


@dataclass(frozen=True)
class Line:
    """A line of the timeline as the component draws it."""

    text: str
    at: object
    actor_name: str
    detail: str
    icon: str


@require_safe
@with_case
def case(request: ActorRequest, application: intake.Application) -> HttpResponse:
    return show_case(request, application)


def show_case(
    request: ActorRequest,
    application: intake.Application,
    *,
    panel: TaskPanel | None = None,
    lost: str = "",
    status: int = 200,
) -> HttpResponse:
    """The page of a case. ``lost`` is what somebody typed into a task that another has done meanwhile."""
    actor, case = request.actor, application.case
    lately = records.latest_in_timeline(actor, case, SHOWN_LINES)
    around = beside(actor, case.pk)
    tasks = case_file.tasks_of(actor, case.pk)
    chosen = tasks.chosen(request.GET.get("aufgabe", ""), actor.account_id)
    if panel is None and chosen is not None and may_work(request, application):
        panel = panel_for(actor, application, chosen, around=around)
    context = {
        **frame(request, application, "case", mark=_newest(lately)),
        "panel": panel,
        "lost": lost,
        "further_tasks": [task for task in tasks.mine if panel is None or task.pk != panel.task.pk],
        "others_tasks": tasks.others,
        "sections": case_file.answers_of(application),
        "fee": intake.fee_of(application),
        "results": case_file.results_of(application, tasks.done),
        "around": around,
        "to_sign": [wanted for wanted in around.co_signatures if policies.allows(actor, CO_SIGN, wanted)],
        "contents": records.contents_of(actor, case),
        "lines": _drawn(lately),
        "links": links_for(request, application),
        "expects_reply": case.state == records.CaseState.WAITING and around.awaits_answer,
        "is_mine": case.assignee_id is not None and case.assignee_id == actor.account_id,
        "has_incident": around.has_incident,
    }
    return render(request, "casework/case.html", context, status=status)


def _newest(lines: Sequence[records.TimelineLine]) -> int:
    """The number of the last thing that happened, from lines that begin with it."""
    return lines[0].number if lines else 0


def _drawn(lines: Iterable[records.TimelineLine]) -> list[Line]:
    return [
        Line(
            text=line.text,
            at=line.at,
            actor_name=line.actor_name,
            detail=str(line.details.get("reason") or line.details.get("text") or ""),
            icon=TIMELINE_ICONS.get(line.kind, ""),
        )
        for line in lines
    ]


@require_safe
@with_case
def timeline(request: ActorRequest, application: intake.Application) -> HttpResponse:
    before = request.GET.get("vor", "")
    number = int(before[:18]) if before.isascii() and before.isdecimal() else None
    lines = records.latest_in_timeline(request.actor, application.case, LINES_A_PAGE + 1, before=number)
    shown = lines[:LINES_A_PAGE]
    older = f"?vor={shown[-1].number}" if len(lines) > LINES_A_PAGE else ""
    notes = records.notes_of(request.actor, application.case)
    context = {
        **frame(request, application, "timeline", mark=None if number else _newest(lines)),
        "lines": _drawn(shown),
        "pages": Page(shown, older, number is None),
        "notes": page_of(request, notes, moment="created_at", size=NOTES_A_PAGE, name="vermerke_vor"),
        "inquiries": intake.inquiries_of(application.case_id),
    }
    return render(request, "casework/timeline.html", context)


@require_safe
@with_case
def process(request: ActorRequest, application: intake.Application) -> HttpResponse:
    """The picture of the process with its state, the same as a list, and what tables decided."""
    context = {
        **frame(request, application, "process"),
        "progress": case_file.progress_of(application.case_id),
        "incidents": processes.incidents_of(application.case_id),
    }
    return render(request, "casework/process.html", context)


@require_safe
@with_case
def process_xml(request: ActorRequest, application: intake.Application) -> HttpResponse:
    """The drawing that the case runs by."""
    version = case_file.current_version(application.case_id)
    if version is None:
        raise Http404
    headers = {"X-Content-Type-Options": "nosniff", "Cache-Control": "private, no-store"}
    return HttpResponse(processes.process_xml(version), content_type="application/xml", headers=headers)


@require_POST
@with_case
def take(request: ActorRequest, application: intake.Application) -> HttpResponse:
    assignment.take_case(actor=request.actor, case=application.case)
    messages.success(request, _("The case is yours now."))
    return redirect(here(request, application))


@require_POST
@with_case
def release(request: ActorRequest, application: intake.Application) -> HttpResponse:
    assignment.release_case(actor=request.actor, case=application.case)
    messages.success(request, _("The case lies with the office again."))
    return redirect(here(request, application))


@require_POST
@with_case
def co_signature(
    request: ActorRequest, application: intake.Application, co_signature_id: UUID
) -> HttpResponse:
    """Sign, decline, or take the request back."""
    if not CoSignature.objects.filter(pk=co_signature_id, case=application.case).exists():
        raise Http404
    answer = request.POST.get("antwort", "")
    try:
        if answer == "zurueckziehen":
            withdraw_co_signature(actor=request.actor, co_signature_id=co_signature_id)
            messages.success(request, _("The request is taken back."))
        else:
            answer_co_signature(
                actor=request.actor,
                co_signature_id=co_signature_id,
                signs=answer == "zeichnen",
                note=request.POST.get("anmerkung", ""),
            )
            messages.success(request, _("Your answer is noted."))
    except CoSignatureRefused as refused:
        messages.warning(request, str(refused))
    return redirect(here(request, application))


@require_POST
@with_case
def follow_up_done(request: ActorRequest, application: intake.Application, follow_up_id: int) -> HttpResponse:
    found = records.FollowUp.objects.filter(pk=follow_up_id, case=application.case).first()
    if found is None:
        raise Http404
    if found.account_id != request.actor.account_id:
        policies.check(request.actor, WORK, application.case)
    records.complete_follow_up(actor=request.actor, follow_up=found)
    messages.success(request, _("Follow-up done: %(text)s") % {"text": found.text})
    return redirect(here(request, application))
