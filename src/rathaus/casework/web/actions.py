"""What one can do with a case besides its tasks: one page each, all of the same kind."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from rathaus.casework.queries import case_file
from rathaus.casework.services import assignment, cases
from rathaus.casework.services.co_signatures import CoSignatureRefused, request_co_signature
from rathaus.casework.web import forms
from rathaus.casework.web.frame import frame, here
from rathaus.casework.web.guard import may_work, with_case
from rathaus.engines.records import public as records
from rathaus.identity.public import Actor, ActorRequest, UserAccount
from rathaus.intake import public as intake

REFUSALS = (
    assignment.NotAssignable,
    cases.NotPossible,
    CoSignatureRefused,
    intake.NotPossible,
    records.TransitionRefused,
)
"""What a person is told in the form; everything else is a fault."""


@dataclass(frozen=True, kw_only=True)
class CaseAction:
    """A page with a form. ``name`` stands in its address; ``changes_course`` asks what others did meanwhile."""

    name: str
    title: str | Promise
    intro: str | Promise = ""
    submit: str | Promise
    done: str | Promise
    icon: str
    form: type[forms.CaseForm]
    perform: Callable[[Actor, intake.Application, forms.CaseForm], None]
    is_offered: Callable[[intake.Application], bool]
    changes_course: bool = False


def _always(application: intake.Application) -> bool:
    return True


def _is_running(application: intake.Application) -> bool:
    return intake.is_withdrawable(application.case)


def _waits(application: intake.Application) -> bool:
    return application.case.state == records.CaseState.WAITING


def _ask(actor: Actor, application: intake.Application, form: forms.CaseForm) -> None:
    given = form.cleaned_data
    intake.ask_applicant(
        actor=actor,
        case_id=application.case_id,
        text=given["text"],
        due_on=given["due_on"],
        wants_documents=given["wants_documents"],
    )


def _reply(actor: Actor, application: intake.Application, form: forms.CaseForm) -> None:
    intake.reply_to_office(actor=actor, case_id=application.case_id, text=form.cleaned_data["text"])


def _hand_on(actor: Actor, application: intake.Application, form: forms.CaseForm) -> None:
    given = form.cleaned_data
    cases.hand_on_case(actor=actor, case=application.case, unit=given["unit"], note=given["note"])


def _assign(actor: Actor, application: intake.Application, form: forms.CaseForm) -> None:
    assert isinstance(form, forms.AssignForm)
    person = form.people[form.cleaned_data["person"]]
    assignment.assign_case(actor=actor, case=application.case, assignee=person)


def _co_sign(actor: Actor, application: intake.Application, form: forms.CaseForm) -> None:
    assert isinstance(form, forms.CoSignatureForm)
    given = form.cleaned_data
    signer: UserAccount | None = form.people.get(given["signer"])
    request_co_signature(
        actor=actor,
        case=application.case,
        signer=signer,
        unit=form.units.get(given["signer"]),
        text=given["text"],
        is_required=given["is_required"],
    )


def _follow_up(actor: Actor, application: intake.Application, form: forms.CaseForm) -> None:
    given = form.cleaned_data
    own = actor.account_id
    account = UserAccount.objects.get(pk=own) if own is not None and not given["for_unit"] else None
    records.schedule_follow_up(
        actor=actor, case=application.case, due_on=given["due_on"], text=given["text"], account=account
    )


def _note(actor: Actor, application: intake.Application, form: forms.CaseForm) -> None:
    records.add_note(actor=actor, case=application.case, text=form.cleaned_data["text"])


def _upload(actor: Actor, application: intake.Application, form: forms.CaseForm) -> None:
    given = form.cleaned_data
    cases.file_internal_document(
        actor=actor,
        case=application.case,
        upload=given["upload"],
        title=given["title"],
        visible_to_applicant=given["visible_to_applicant"],
    )


def _withdraw(actor: Actor, application: intake.Application, form: forms.CaseForm) -> None:
    intake.withdraw_application(actor=actor, case_id=application.case_id, reason=form.cleaned_data["reason"])


def _close(actor: Actor, application: intake.Application, form: forms.CaseForm) -> None:
    cases.close_case(actor=actor, case=application.case, reason=form.cleaned_data["reason"])


ACTIONS = (
    CaseAction(
        name="rueckfrage", title=_("Ask the applicant"), icon="help", form=forms.AskForm, perform=_ask,
        intro=_("The case waits until the answer has come. Without an account the question goes out as a letter."),
        submit=_("Send question"), done=_("The question is on its way. The case waits for the answer."),
        is_offered=_is_running,
    ),
    CaseAction(
        name="antwort", title=_("Enter an answer"), icon="mail", form=forms.ReplyForm, perform=_reply,
        intro=_("For answers that came by telephone, by letter or at the counter."),
        submit=_("Enter answer"), done=_("The answer is entered, the case goes on."), is_offered=_waits,
    ),
    CaseAction(
        name="mitzeichnung", title=_("Ask for a co-signature"), icon="checklist",
        form=forms.CoSignatureForm, perform=_co_sign,
        intro=_("Whoever is asked finds the case in the in-tray and may open it from then on."),
        submit=_("Ask for co-signature"), done=_("The co-signature has been asked for."), is_offered=_is_running,
    ),
    CaseAction(
        name="wiedervorlage", title=_("Follow-up"), icon="calendar-today", form=forms.FollowUpForm,
        perform=_follow_up, intro=_("The case comes back into the in-tray on this day."),
        submit=_("Set follow-up"), done=_("The follow-up is set."), is_offered=_always,
    ),
    CaseAction(
        name="vermerk", title=_("File note"), icon="edit", form=forms.NoteForm, perform=_note,
        submit=_("Write note"), done=_("The note stands in the file."), is_offered=_always,
    ),
    CaseAction(
        name="hochladen", title=_("File a document"), icon="drive-folder-upload", form=forms.UploadForm,
        perform=_upload, submit=_("File document"), done=_("The document is filed."), is_offered=_always,
    ),
    CaseAction(
        name="zuteilen", title=_("Assign"), icon="account-circle", form=forms.AssignForm, perform=_assign,
        intro=_("The case and its open tasks go to this person."), submit=_("Assign"),
        done=_("The case is assigned."), is_offered=_always,
    ),
    CaseAction(
        name="weitergeben", title=_("Hand on to another office"), icon="arrow-forward",
        form=forms.HandOnForm, perform=_hand_on, changes_course=True,
        intro=_("The other office takes the lead and the open tasks. You may no longer be able to open the case."),
        submit=_("Hand on"), done=_("The case is handed on."), is_offered=_is_running,
    ),
    CaseAction(
        name="zuruecknahme", title=_("Enter a withdrawal"), icon="close", form=forms.WithdrawForm,
        perform=_withdraw, changes_course=True,
        intro=_("Only where the applicant has told you so. The process ends or goes the way drawn for it."),
        submit=_("Enter withdrawal"), done=_("The withdrawal is entered."), is_offered=_is_running,
    ),
    CaseAction(
        name="abschliessen", title=_("Close and file"), icon="success", form=forms.CloseForm, perform=_close,
        changes_course=True,
        intro=_("The case goes to the files (z. d. A.) and the retention period begins. Tasks still open end."),
        submit=_("Close case"), done=_("The case is closed and filed."), is_offered=_always,
    ),
)  # fmt: skip
_BY_NAME = {action.name: action for action in ACTIONS}


@dataclass(frozen=True)
class ActionLink:
    title: str
    href: str
    icon: str


def links_for(request: ActorRequest, application: intake.Application) -> list[ActionLink]:
    """What one can do with the case now; nothing once it is closed."""
    if not may_work(request, application):
        return []
    letter = ActionLink(_t("Write a letter"), reverse("casework:letter", args=[application.case_id]), "mail")
    offered = [
        ActionLink(
            str(known.title), reverse("casework:action", args=[application.case_id, known.name]), known.icon
        )
        for known in ACTIONS
        if known.is_offered(application)
    ]
    return [*offered[:2], letter, *offered[2:]]


@require_http_methods(["GET", "HEAD", "POST"])
@with_case
def action(request: ActorRequest, application: intake.Application, name: str) -> HttpResponse:
    """The page of one action; refused where the case is closed or the action makes no sense any more."""
    known = _BY_NAME.get(name)
    if known is None:
        raise Http404
    if not may_work(request, application) or not known.is_offered(application):
        messages.warning(request, _t("This is not possible in this case any more."))
        return redirect(here(request, application))
    sent = (request.POST, request.FILES) if request.method == "POST" else ()
    form = known.form(*sent, actor=request.actor, application=application)
    changes: list[case_file.Change] = []
    if request.method == "POST" and form.is_valid():
        if known.changes_course:
            mark = request.POST.get("stand", "")
            changes = case_file.changes_since(request.actor, application.case_id, mark)
        if not changes and _perform(request, application, known, form):
            return _after(request, application)
    context = {**frame(request, application, ""), "action": known, "form": form, "changes": changes}
    status = 409 if changes else 422 if form.errors else 200
    return render(request, "casework/action.html", context, status=status)


def _perform(
    request: ActorRequest, application: intake.Application, known: CaseAction, form: forms.CaseForm
) -> bool:
    try:
        known.perform(request.actor, application, form)
    except REFUSALS as refused:
        form.add_error(None, str(refused))
        return False
    messages.success(request, str(known.done))
    return True


def _after(request: ActorRequest, application: intake.Application) -> HttpResponse:
    """Back to the case, or to the in-tray where the case is out of reach now."""
    if records.cases_visible_to(request.actor).filter(pk=application.case_id).exists():
        return redirect(here(request, application))
    return redirect("casework:tray")
