"""What follows a receipt: the PDF of the application, and word to the applicant."""

from __future__ import annotations

from uuid import UUID

from django.db import transaction
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.translation import gettext as _

from rathaus.engines.correspondence import public as correspondence
from rathaus.engines.forms import public as forms
from rathaus.engines.records import public as records
from rathaus.identity.public import SYSTEM, town
from rathaus.intake.models import Application
from rathaus.intake.queries.applications import application_by_id
from rathaus.kernel.public import blobs, clock, mail


def application_pdf(application: Application) -> bytes:
    """The application as an accessible PDF: what was entered, when it came, its reference."""
    form = forms.compiled(application.submission.form_version)
    return correspondence.render_application_pdf(
        form.title(application.language),
        application.case.case_reference,
        application.received_at,
        form.summary(application.submission.data, application.language),
        sender=correspondence.sender_for(application.case.lead_unit),
        language=application.language,
    )


def file_application_pdf(*, application_id: UUID) -> UUID:
    """File the application's PDF in its case, once; return the document's id."""
    application = application_by_id(application_id)
    if application.pdf_document_id is not None:
        return application.pdf_document_id
    blob = blobs.store(application_pdf(application), "application/pdf")
    with transaction.atomic():
        locked = Application.objects.select_for_update().get(pk=application_id)
        if locked.pdf_document_id is not None:
            return locked.pdf_document_id
        document = records.file_document(
            actor=SYSTEM,
            case=application.case,
            title="Antrag",
            kind="application",
            direction="in",
            blob=blob,
            file_name=f"Antrag-{application.case.case_reference}.pdf",
            media_type="application/pdf",
            visible_to_applicant=True,
        )
        locked.pdf_document_id = document.id
        locked.save(update_fields=["pdf_document_id"])
    return document.id


@transaction.atomic
def confirm_reception(*, application_id: UUID) -> None:
    """Tell the applicant that it arrived: into the inbox, or by e-mail where there is no account. Once."""
    if not Application.objects.filter(pk=application_id, confirmed_at=None).update(confirmed_at=clock.now()):
        return
    application = application_by_id(application_id)
    with translation.override(application.language):
        title = _("We have received your application")
        text = render_to_string("intake/received.txt", {"application": application, "town": town()})
    if application.account is not None:
        correspondence.send_message(
            actor=SYSTEM, account=application.account, subject=application.case_id, title=title, text=text
        )
    elif application.applicant.get("email"):
        mail.post(title, text, [application.applicant["email"]])
