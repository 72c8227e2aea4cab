"""Finding what somebody has sent in, by the draft that it came from."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpRequest

from rathaus.identity.public import actor_of
from rathaus.intake import public as intake
from rathaus.portal.web import drafts


def sent_application(request: HttpRequest, draft_id: UUID) -> intake.Application | None:
    """The application that came of a draft, for its applicant: the account, else the browser that sent it."""
    application = (
        intake.Application.objects.filter(token=drafts.token_of(draft_id))
        .select_related("case__lead_unit", "case__dossier", "service_version__service", "submission")
        .first()
    )
    return application if application is not None and _is_own(request, application, draft_id) else None


def _is_own(request: HttpRequest, application: intake.Application, draft_id: UUID) -> bool:
    if application.account_id is not None:
        return application.account_id == actor_of(request).account_id
    return bool(drafts.secret_of(request, draft_id))
