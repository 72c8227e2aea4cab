"""The receipt: what arrived, and what happens next."""

from __future__ import annotations

from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from rathaus.engines.records import public as records
from rathaus.identity.public import SYSTEM
from rathaus.intake import public as intake
from rathaus.portal.queries import catalogue
from rathaus.portal.queries.hours import opening_hours
from rathaus.portal.web.files import file_response
from rathaus.portal.web.sent import sent_application


def _own(request: HttpRequest, slug: str, draft_id: UUID) -> intake.Application:
    application = sent_application(request, draft_id)
    if application is None or application.service_version.service.slug != slug:
        raise Http404
    return application


@require_safe
def receipt(request: HttpRequest, slug: str, draft_id: UUID) -> HttpResponse:
    application = _own(request, slug, draft_id)
    descriptor = catalogue.descriptor_of(application.service_version)
    unit = application.case.lead_unit
    context = {
        "application": application,
        "case": application.case,
        "receipt": intake.receipt_of(application),
        "title": catalogue.in_language(descriptor.title),
        "process_text": catalogue.in_language(descriptor.process_text) if descriptor.process_text else "",
        "unit": unit,
        "hours": opening_hours(unit.opening_hours),
        "slug": slug,
        "draft_id": draft_id,
    }
    return render(request, "portal/receipt.html", context)


@require_safe
def receipt_pdf(request: HttpRequest, slug: str, draft_id: UUID) -> HttpResponse:
    """The application as it is filed, also before the job has filed it."""
    application = _own(request, slug, draft_id)
    document_id = intake.file_application_pdf(application_id=application.id)
    version = records.document_version_for(SYSTEM, document_id)  # the right was checked above
    return file_response(request, version.blob, version.file_name, version.media_type, save=True)
