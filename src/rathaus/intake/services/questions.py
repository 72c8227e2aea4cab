"""Brings a question of the office to the applicant: into the inbox, or as a letter where there is no account."""

from __future__ import annotations

from uuid import UUID

from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _

from rathaus.engines.correspondence import public as correspondence
from rathaus.identity.public import SYSTEM
from rathaus.intake.models import Application, Inquiry
from rathaus.intake.queries.applications import application_of, feel_context
from rathaus.intake.services.letters import issue_for, render_for, standard_letter
from rathaus.kernel.public import blobs, clock


def send_question(*, inquiry_id: UUID) -> None:
    """Send the question, once, however often this runs."""
    inquiry = Inquiry.objects.select_related("asked_by").get(pk=inquiry_id)
    application = application_of(inquiry.case_id)
    if application.account is None:
        _send_letter(inquiry, application)
    else:
        _send_message(inquiry, application)


def _claim(inquiry: Inquiry) -> bool:
    """True for the one run that sends; to be called inside its transaction."""
    return bool(Inquiry.objects.filter(pk=inquiry.pk, sent_at=None).update(sent_at=clock.now()))


@transaction.atomic
def _send_message(inquiry: Inquiry, application: Application) -> None:
    assert application.account is not None  # the caller looked
    if not _claim(inquiry):
        return
    with translation.override(application.language):
        title = _("We have a question about your application")
    correspondence.send_message(
        actor=SYSTEM,
        account=application.account,
        subject=application.case_id,
        title=title,
        text=inquiry.text,
    )


def _send_letter(inquiry: Inquiry, application: Application) -> None:
    template = standard_letter("rueckfrage")
    context = {**feel_context(application), "frage": inquiry.text, "bis": inquiry.due_on}
    rendered = render_for(application, template, context, signer=inquiry.asked_by)
    blob = blobs.store(rendered.pdf, "application/pdf")
    with transaction.atomic():
        if _claim(inquiry):
            issue_for(
                actor=SYSTEM,
                application=application,
                template_version=template,
                context=context,
                rendered=rendered,
                blob=blob,
                signer=inquiry.asked_by,
            )
