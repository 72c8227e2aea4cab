"""Office and applicant talk about a case: questions, answers, more documents, withdrawal."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from rathaus.engines.forms import public as forms
from rathaus.engines.processes import public as processes
from rathaus.engines.records import public as records
from rathaus.identity.public import Actor, policies
from rathaus.intake.events import ApplicationWithdrawn, DocumentsAdded, InquirySent, ReplyReceived
from rathaus.intake.models import Application, Inquiry
from rathaus.intake.queries.applications import application_for
from rathaus.intake.rules import ASK, REPLY, is_withdrawable
from rathaus.intake.services.attachments import file_uploads
from rathaus.kernel.public import audit, clock, events

ANSWERED, DOCUMENTS, WITHDRAWN = "antwort", "unterlagen", "ruecknahme"
"""The messages that processes may wait for."""


class NotPossible(ValueError):
    """The case is no longer in a state for this; the text says what to do instead."""


@transaction.atomic
def ask_applicant(
    *, actor: Actor, case_id: UUID, text: str, due_on: date, wants_documents: bool = False
) -> Inquiry:
    """Ask the applicant; the case waits, a job sends the question.

    Raises NotPossible when the case has ended.
    """
    policies.check(actor, ASK)
    application = application_for(actor, case_id)
    if not is_withdrawable(application.case):
        raise NotPossible(_("The case has ended. Reopen it before you ask the applicant."))
    inquiry = Inquiry.objects.create(
        case=application.case,
        text=text,
        wants_documents=wants_documents,
        asked_by_id=actor.account_id,
        asked_at=clock.now(),
        due_on=due_on,
    )
    records.set_case_state(actor=actor, case=application.case, state="waiting")
    records.add_timeline_entry(
        actor=actor,
        case=application.case,
        kind="inquiry_sent",
        details={"text": text},
        visible_to_applicant=True,
    )
    _audit(actor, application, "intake.asked")
    events.emit(InquirySent(inquiry_id=inquiry.id, case_id=case_id))
    return inquiry


@transaction.atomic
def reply_to_office(*, actor: Actor, case_id: UUID, text: str, uploads: Sequence[forms.Upload] = ()) -> None:
    """Store the applicant's answer, file its documents, and let the process go on.

    It answers the question that was asked last, whether a person asked it or the process by letter. Raises NotPossible
    when nothing is asked, or the answer has come already.
    """
    application = application_for(actor, case_id)
    policies.check(actor, REPLY, application.case)
    inquiry = Inquiry.objects.filter(case=application.case, answered_at=None).order_by("-asked_at").first()
    if inquiry is None and not processes.awaits_message(case_id, ANSWERED):
        raise NotPossible(_("No question is open in this case. You can send documents instead."))
    if inquiry is not None and not _answer(inquiry, text):
        raise NotPossible(_("This question has been answered already."))
    file_uploads(actor=actor, case=application.case, uploads=uploads)
    _go_on(actor, application)
    records.add_timeline_entry(
        actor=actor,
        case=application.case,
        kind="inquiry_answered",
        details={"text": text},
        visible_to_applicant=True,
    )
    processes.deliver_message(
        actor=actor, name=ANSWERED, subject=case_id, payload={"text": text, "unterlagen": len(uploads)}
    )
    _audit(actor, application, "intake.replied")
    events.emit(ReplyReceived(case_id=case_id, inquiry_id=inquiry.id if inquiry else None))


def _answer(inquiry: Inquiry, text: str) -> bool:
    """True for the one answer that counts."""
    unanswered = Inquiry.objects.filter(pk=inquiry.pk, answered_at=None)
    return bool(unanswered.update(answer=text, answered_at=clock.now()))


@transaction.atomic
def add_documents(*, actor: Actor, case_id: UUID, uploads: Sequence[forms.Upload]) -> None:
    """File more documents of the applicant in a running case. Raises NotPossible when it has ended."""
    application = application_for(actor, case_id)
    policies.check(actor, REPLY, application.case)
    if not is_withdrawable(application.case):
        raise NotPossible(_("This case has ended. Please write to the office instead."))
    file_uploads(actor=actor, case=application.case, uploads=uploads)
    records.add_timeline_entry(
        actor=actor,
        case=application.case,
        kind="documents_added",
        details={"count": len(uploads)},
        visible_to_applicant=True,
    )
    processes.deliver_message(
        actor=actor, name=DOCUMENTS, subject=case_id, payload={"unterlagen": len(uploads)}
    )
    _audit(actor, application, "intake.documents_added")
    events.emit(DocumentsAdded(case_id=case_id))


@transaction.atomic
def withdraw_application(*, actor: Actor, case_id: UUID, reason: str = "") -> None:
    """Take the application back. A process that waits for it ends in its own way; any other is cancelled.

    Raises NotPossible once there is a decision.
    """
    application = application_for(actor, case_id)
    policies.check(actor, REPLY, application.case)
    if not is_withdrawable(application.case):
        raise NotPossible(_("There is a decision already. You can lodge an objection instead."))
    records.add_timeline_entry(
        actor=actor,
        case=application.case,
        kind="withdrawn",
        details={"reason": reason},
        visible_to_applicant=True,
    )
    heard = processes.deliver_message(actor=actor, name=WITHDRAWN, subject=case_id, payload={"grund": reason})
    if not heard:
        processes.cancel_instances(actor=actor, subject=case_id, reason=reason)
        records.set_case_state(actor=actor, case=application.case, state="withdrawn", reason=reason)
    _audit(actor, application, "intake.withdrawn")
    events.emit(ApplicationWithdrawn(case_id=case_id))


def _go_on(actor: Actor, application: Application) -> None:
    """The case waits no longer once the last question is answered."""
    still_open = Inquiry.objects.filter(case=application.case, answered_at=None).exists()
    if application.case.state == "waiting" and not still_open:
        records.set_case_state(actor=actor, case=application.case, state="in_progress")


def _audit(actor: Actor, application: Application, action: str) -> None:
    audit.append(actor=actor.audit_name, action=action, subject=f"records.case:{application.case_id}")
