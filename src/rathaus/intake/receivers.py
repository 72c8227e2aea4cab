"""What follows a receipt or a question. Each handler runs as a job of its own, and again after a failure."""

from __future__ import annotations

from django.db import transaction

from rathaus.engines.forms.public import FileInfected
from rathaus.engines.processes.public import TaskCreated, restrict_instances
from rathaus.engines.records import public as records
from rathaus.identity.public import SYSTEM, OrganizationalUnit
from rathaus.intake.events import ApplicationReceived, InquirySent
from rathaus.intake.services.quarantine import report_infected_file
from rathaus.intake.services.questions import send_question
from rathaus.intake.services.reception import confirm_reception, file_application_pdf


def file_pdf(event: ApplicationReceived) -> None:
    file_application_pdf(application_id=event.application_id)


def tell_applicant(event: ApplicationReceived) -> None:
    confirm_reception(application_id=event.application_id)


def deliver_question(event: InquirySent) -> None:
    send_question(inquiry_id=event.inquiry_id)


def tell_of_infected_file(event: FileInfected) -> None:
    report_infected_file(sha256=event.sha256)


def involve_unit(event: TaskCreated) -> None:
    """Whoever has a task in a case may open the case. A process about something else has no case."""
    try:
        case = records.case_by_id(event.subject)
    except records.CaseNotFound:
        return
    unit = OrganizationalUnit.objects.get(pk=event.unit_id)
    with transaction.atomic():
        records.involve_unit(actor=SYSTEM, case=case, unit=unit)
        if case.is_protected:
            restrict_instances(case.pk, case.access_set_id)
