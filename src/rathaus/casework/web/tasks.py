"""Working on a task: what is typed is kept, a letter is seen before it is sent, nobody overwrites anybody."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from rathaus.casework.models import TaskDraft
from rathaus.casework.queries import case_file
from rathaus.casework.services import task_drafts
from rathaus.casework.services.letters import Draft, render_preview
from rathaus.casework.services.tasks import (
    CheckedData,
    CoSignatureAwaited,
    InvalidTaskData,
    SignatureMissing,
    check_task_data,
    complete_task,
    letter_of_outcome,
    require_signatures,
    task_form,
    values_after,
)
from rathaus.casework.web.cases import show_case
from rathaus.casework.web.frame import frame
from rathaus.casework.web.guard import with_case
from rathaus.casework.web.panels import panel_for
from rathaus.casework.web.pdf import letter_response
from rathaus.engines.forms import public as forms
from rathaus.engines.processes import public as processes
from rathaus.engines.records import public as records
from rathaus.identity.public import ActorRequest, UserAccount
from rathaus.intake import public as intake

REASON = "begruendung"


@require_http_methods(["GET", "HEAD", "POST"])
@with_case
def work(request: ActorRequest, application: intake.Application, task_id: UUID) -> HttpResponse:
    """Save what was typed, and end the task with the outcome that was chosen."""
    case_url = reverse("casework:case", args=[application.case_id])
    if request.method != "POST":
        return redirect(f"{case_url}?aufgabe={task_id}")
    task = processes.task_for(request.actor, task_id)
    if task is None or task.subject != application.case_id:
        return _too_late(request, application, task_id)
    typed = task_drafts.keep(
        actor=request.actor,
        task=task,
        form_version=task_form(application, task),
        post=request.POST,
        files=request.FILES,
        language=case_file.language(),
    )
    if typed.again:
        return _again(request, application, task, typed.entry, typed.errors)
    if "_save" in request.POST:
        messages.success(request, _("Saved. Nobody else sees it until you end the task."))
        return redirect(f"{case_url}?aufgabe={task_id}")
    changes = case_file.changes_since(request.actor, application.case_id, request.POST.get("stand", ""))
    errors = (*typed.errors, *_outcome_errors(task, typed.entry))
    if changes or errors:
        return _again(request, application, task, typed.entry, errors, tuple(changes))
    if letter_of_outcome(application, task, typed.entry.outcome or None) is not None:
        url = reverse("casework:decide", args=[application.case_id, task.pk])
        return redirect(f"{url}?ergebnis={typed.entry.outcome}")
    return _complete(request, application, task, typed.entry)


def _outcome_errors(task: processes.UserTask, entry: TaskDraft) -> tuple[forms.FieldError, ...]:
    outcomes = {outcome.key: outcome for outcome in case_file.outcomes_of(task)}
    if not outcomes:
        return ()
    chosen = outcomes.get(entry.outcome)
    if chosen is None:
        return (forms.FieldError("", "ergebnisse", _("Choose how the task ends.")),)
    if chosen.reason == "required" and not entry.reason.strip():
        message = _("Give a reason for “%(label)s”.") % {"label": chosen.label}
        return (forms.FieldError(REASON, REASON, message),)
    return ()


def _again(
    request: ActorRequest,
    application: intake.Application,
    task: processes.UserTask,
    entry: TaskDraft,
    errors: tuple[forms.FieldError, ...] = (),
    changes: tuple[case_file.Change, ...] = (),
) -> HttpResponse:
    panel = panel_for(request.actor, application, task, entry=entry, errors=errors, changes=changes)
    status = 409 if changes else 422 if errors else 200
    return show_case(request, application, panel=panel, status=status)


def _too_late(request: ActorRequest, application: intake.Application, task_id: UUID) -> HttpResponse:
    """Somebody else has done it: say who and how, and give back what was typed."""
    task = processes.UserTask.objects.filter(pk=task_id, subject=application.case_id).first()
    if task is None or task.state == processes.TaskState.OPEN:
        raise Http404
    if task.state == processes.TaskState.CANCELLED:
        messages.warning(request, _("This task is no longer needed: the process went another way."))
    else:
        label = next((item.label for item in case_file.outcomes_of(task) if item.key == task.outcome), "")
        text = _("%(name)s has already done “%(task)s”. %(outcome)s") % {
            "name": task.completed_by_name,
            "task": task.name,
            "outcome": label,
        }
        messages.warning(request, text.strip())
    return show_case(request, application, lost=request.POST.get(REASON, ""), status=409)


def _complete(
    request: ActorRequest, application: intake.Application, task: processes.UserTask, entry: TaskDraft
) -> HttpResponse:
    try:
        done = complete_task(
            actor=request.actor,
            task_id=task.pk,
            outcome=entry.outcome or None,
            reason=entry.reason,
            data=entry.draft.data if entry.draft else {},
            language=case_file.language(),
            draft=entry.draft,
        )
    except InvalidTaskData as invalid:
        return _again(request, application, task, entry, invalid.errors)
    except (CoSignatureAwaited, SignatureMissing) as refused:
        messages.warning(request, str(refused))
        return redirect("casework:work", application.case_id, task.pk)
    except processes.TaskAlreadyCompleted:
        return _too_late(request, application, task.pk)
    except processes.TaskError as refused:
        return _again(request, application, task, entry, (forms.FieldError("", "", str(refused)),))
    return _after(request, application, done)


def _after(request: ActorRequest, application: intake.Application, done: processes.UserTask) -> HttpResponse:
    label = next((item.label for item in case_file.outcomes_of(done) if item.key == done.outcome), "")
    text = _("Done: %(task)s – %(outcome)s") if label else _("Done: %(task)s")
    messages.success(request, text % {"task": done.name, "outcome": label})
    if not records.cases_visible_to(request.actor).filter(pk=application.case_id).exists():
        return redirect("casework:tray")
    return redirect("casework:case", application.case_id)


@require_http_methods(["GET", "HEAD", "POST"])
@with_case
def decide(request: ActorRequest, application: intake.Application, task_id: UUID) -> HttpResponse:
    """The letter as it will be sent, and the button that decides."""
    task = processes.task_for(request.actor, task_id)
    if task is None or task.subject != application.case_id:
        return _too_late(request, application, task_id)
    entry = task_drafts.entry_of(request.actor, task)
    if entry is None or _outcome_errors(task, entry):
        return redirect("casework:work", application.case_id, task.pk)
    try:
        check_task_data(application, task, entry.draft.data if entry.draft else {}, case_file.language())
    except InvalidTaskData as invalid:
        return _again(request, application, task, entry, invalid.errors)
    changes: list[case_file.Change] = []
    if request.method == "POST":
        changes = case_file.changes_since(request.actor, application.case_id, request.POST.get("stand", ""))
        if not changes:
            return _complete(request, application, task, entry)
    outcome = next(item for item in case_file.outcomes_of(task) if item.key == entry.outcome)
    context = {
        **frame(request, application, "case"),
        "task": task,
        "outcome": outcome,
        "reason": entry.reason,
        "changes": changes,
        "obstacle": _obstacle(request, application, task, entry),
    }
    return render(request, "casework/decide.html", context, status=409 if changes else 200)


def _obstacle(
    request: ActorRequest, application: intake.Application, task: processes.UserTask, entry: TaskDraft
) -> str:
    """Why this person cannot decide like this now; empty where nothing is in the way."""
    try:
        require_signatures(request.actor, application, task, entry.outcome or None)
    except (CoSignatureAwaited, SignatureMissing) as refused:
        return str(refused)
    return ""


@require_safe
@with_case
def preview(request: ActorRequest, application: intake.Application, task_id: UUID) -> HttpResponse:
    """The real PDF of the letter that the chosen outcome sends, with what the process will have worked out."""
    task = processes.task_for(request.actor, task_id)
    entry = task_drafts.entry_of(request.actor, task) if task is not None else None
    if task is None or task.subject != application.case_id or entry is None:
        raise Http404
    outcome = request.GET.get("ergebnis") or entry.outcome
    template_version = letter_of_outcome(application, task, outcome)
    if template_version is None or not isinstance(request.user, UserAccount):
        raise Http404
    try:
        data = entry.draft.data if entry.draft else {}
        checked: CheckedData = check_task_data(application, task, data, case_file.language())
        values = values_after(
            actor=request.actor,
            application=application,
            task=task,
            outcome=outcome,
            reason=entry.reason,
            checked=checked,
        )
    except (InvalidTaskData, processes.TaskError):
        raise Http404 from None
    rendered = render_preview(application, Draft(template_version, values), worker=request.user)
    return letter_response(rendered)
