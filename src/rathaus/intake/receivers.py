"""What follows a receipt. Each handler runs as a job of its own, and again after a failure."""

from __future__ import annotations

from rathaus.intake.events import ApplicationReceived
from rathaus.intake.services.reception import confirm_reception, file_application_pdf


def file_pdf(event: ApplicationReceived) -> None:
    file_application_pdf(application_id=event.application_id)


def tell_applicant(event: ApplicationReceived) -> None:
    confirm_reception(application_id=event.application_id)
