"""One case of mine: where it stands, its documents, what the office asks, taking it back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.db.models import Exists, OuterRef
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from rathaus.engines.forms import public as form_engine
from rathaus.engines.processes import public as processes
from rathaus.engines.records import public as records
from rathaus.identity.public import actor_of, citizen_required
from rathaus.intake import public as intake
from rathaus.portal.queries import catalogue
from rathaus.portal.queries.cases import ENDED, badge_of, sentence_of
from rathaus.portal.queries.journey import journey_of, moved_at
from rathaus.portal.web.fields import FilesField

MAX_FILES = 10
MAX_TEXT = 5_000


class AnswerForm(forms.Form):
    """An answer to a question of the office: text, files, or both."""

    text = forms.CharField(
        label=gettext_lazy("Your answer"), widget=forms.Textarea, max_length=MAX_TEXT, required=False
    )
    attachments = FilesField(
        label=gettext_lazy("Documents"),
        help_text=gettext_lazy(
            "PDF or pictures, at most 10 files of 10 MB each. You can choose several at once."
        ),
        required=False,
        max_files=MAX_FILES,
    )

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        if not self.errors and not cleaned.get("text") and not cleaned.get("attachments"):
            self.add_error("text", _("Write an answer or choose a document."))
        return cleaned


class DocumentsForm(forms.Form):
    attachments = FilesField(
        label=gettext_lazy("Documents"),
        help_text=gettext_lazy(
            "PDF or pictures, at most 10 files of 10 MB each. You can choose several at once."
        ),
        max_files=MAX_FILES,
        error_messages={"required": gettext_lazy("Choose at least one document.")},
    )


class WithdrawalForm(forms.Form):
    reason = forms.CharField(
        label=gettext_lazy("Reason"),
        help_text=gettext_lazy("You need not give one."),
        widget=forms.Textarea(attrs={"rows": 3}),
        max_length=1_000,
        required=False,
    )


def _own(request: HttpRequest, case_id: UUID) -> intake.Application:
    """The person's own application. Others' cases do not exist here, for staff either."""
    application = (
        intake.Application.objects.filter(case_id=case_id, case__in=records.own_cases(actor_of(request)))
        .select_related("case__lead_unit", "service_version__service")
        .defer("service_version__parts")
        .annotate(
            asks=Exists(intake.Inquiry.objects.filter(case=OuterRef("case_id"), answered_at=None)),
            awaits_answer=_awaited("antwort"),
            awaits_documents=_awaited("unterlagen"),
        )
        .first()
    )
    if application is None:
        raise Http404
    return application


def _awaited(message: str) -> Exists:
    return Exists(processes.waits_for(message).filter(subject=OuterRef("case_id")))


@require_safe
@citizen_required
def case(request: HttpRequest, case_id: UUID) -> HttpResponse:
    return _show(request, _own(request, case_id))


def _show(
    request: HttpRequest,
    application: intake.Application,
    *,
    answer_form: AnswerForm | None = None,
    documents_form: DocumentsForm | None = None,
) -> HttpResponse:
    actor, case = actor_of(request), application.case
    asked = _asked(application)
    badge, badge_kind = badge_of(case, has_question=asked.is_open)
    descriptor = catalogue.descriptor_of(application.service_version)
    form = answer_form or documents_form
    lines = records.timeline_of(actor, case)
    versions = _documents(request, case)
    context = {
        "case": case,
        "service": catalogue.in_language(descriptor.title),
        "slug": application.service_version.service.slug,
        "sentence": sentence_of(case, since=moved_at(lines), has_question=asked.is_open),
        "badge": badge,
        "badge_kind": badge_kind,
        "asked": asked,
        "answer_form": answer_form or AnswerForm(),
        "documents_form": documents_form or DocumentsForm(auto_id="unterlagen_%s"),
        "error_form": form if form is not None and form.errors else None,
        "shows_documents_form": documents_form is not None or asked.wants_documents,
        "versions": versions,
        "held": form_engine.held_files(version.blob_id for version in versions),
        "journey": journey_of(lines, case, has_question=asked.is_open),
        "is_running": case.state not in ENDED,
        "is_withdrawable": _is_withdrawable(case, lines),
        "has_decision": case.decided_at is not None,
    }
    return render(request, "portal/case.html", context)


@dataclass(frozen=True, slots=True)
class Asked:
    """What the office waits for: an answer (to a person's question, or to one by letter), documents, or nothing."""

    question: intake.Inquiry | None = None
    is_open: bool = False
    wants_documents: bool = False


def _asked(application: Any) -> Asked:
    """What is asked in an application from ``_own``. A question of a person costs a query, all others cost none."""
    if application.case.state != records.CaseState.WAITING:
        return Asked()
    if application.asks:
        *_earlier, question = (q for q in intake.inquiries_of(application.case_id) if q.is_open)
        return Asked(question, is_open=True, wants_documents=question.wants_documents)
    return Asked(is_open=application.awaits_answer, wants_documents=application.awaits_documents)


def _is_withdrawable(case: records.Case, lines: Sequence[records.TimelineLine]) -> bool:
    """Once it is taken back, the process may still need a moment to end the case."""
    return intake.is_withdrawable(case) and not any(line.kind == "withdrawn" for line in lines)


def _documents(request: HttpRequest, case: records.Case) -> list[records.DocumentVersion]:
    """The last version of each document that the applicant may see. One query."""
    visible = records.documents_of(actor_of(request), case).prefetch_related(None).order_by()
    versions = (
        records.DocumentVersion.objects.filter(document__in=visible)
        .select_related("document")
        .order_by("document__created_at", "document_id", "number")
    )
    return list({version.document_id: version for version in versions}.values())


@require_http_methods(["GET", "HEAD", "POST"])
@citizen_required
def answer(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """Answer a question of the office in place."""
    application = _own(request, case_id)
    if request.method != "POST":
        return redirect("citizen:case", case_id)
    form = AnswerForm(request.POST, request.FILES)
    uploads = _stored(request, form) if form.is_valid() else None
    if uploads is None:
        return _show(request, application, answer_form=form)
    try:
        intake.reply_to_office(
            actor=actor_of(request), case_id=case_id, text=form.cleaned_data["text"], uploads=uploads
        )
    except intake.NotPossible as refused:
        messages.error(request, str(refused))
    else:
        messages.success(request, _("Thank you. Your answer has arrived, and your application goes on."))
    return redirect("citizen:case", case_id)


@require_http_methods(["GET", "HEAD", "POST"])
@citizen_required
def add_documents(request: HttpRequest, case_id: UUID) -> HttpResponse:
    application = _own(request, case_id)
    if request.method != "POST":
        return redirect("citizen:case", case_id)
    form = DocumentsForm(request.POST, request.FILES, auto_id="unterlagen_%s")
    uploads = _stored(request, form) if form.is_valid() else None
    if uploads is None:
        return _show(request, application, documents_form=form)
    try:
        intake.add_documents(actor=actor_of(request), case_id=case_id, uploads=uploads)
    except intake.NotPossible as refused:
        messages.error(request, str(refused))
    else:
        messages.success(request, _("Your documents have arrived and lie with your application."))
    return redirect("citizen:case", case_id)


def _stored(request: HttpRequest, form: forms.Form) -> list[form_engine.Upload] | None:
    """Check and store the files of a valid form; None with an error in the form where one is refused."""
    sent: list[Any] = form.cleaned_data["attachments"]
    try:
        return [
            form_engine.store_upload(
                actor=actor_of(request),
                draft=None,
                field="attachments",
                name=file.name or "",
                data=file,
                label=str(form.fields["attachments"].label),
            )
            for file in sent
        ]
    except form_engine.UploadRefused as refused:
        form.add_error("attachments", str(refused))
        return None


@require_http_methods(["GET", "HEAD", "POST"])
@citizen_required
def withdraw(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """Take the application back: a page that asks, then a POST."""
    application = _own(request, case_id)
    lines = records.timeline_of(actor_of(request), application.case)
    is_withdrawable = _is_withdrawable(application.case, lines)
    form = WithdrawalForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and not is_withdrawable:
        return redirect("citizen:case", case_id)
    if not form.is_valid():
        context = {"case": application.case, "form": form, "is_withdrawable": is_withdrawable}
        return render(request, "portal/withdraw.html", context)
    try:
        intake.withdraw_application(
            actor=actor_of(request), case_id=case_id, reason=form.cleaned_data["reason"]
        )
    except intake.NotPossible as refused:
        messages.error(request, str(refused))
    else:
        messages.success(request, _("You have taken your application back."))
    return redirect("citizen:case", case_id)
