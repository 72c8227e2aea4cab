"""Who may open the pages of a case. For everybody else there is nothing here."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any
from uuid import UUID

from django.http import Http404, HttpResponse

from rathaus.casework.rules import WORK
from rathaus.casework.web.reading import note_reading
from rathaus.engines.records import public as records
from rathaus.identity.public import ActorRequest, policies, staff_required
from rathaus.intake import public as intake

CaseView = Callable[..., HttpResponse]


def application_or_404(request: ActorRequest, case_id: UUID) -> intake.Application:
    """The application of a case that the actor handles; one's own matter stays in one's own account."""
    try:
        application = intake.application_for(request.actor, case_id)
    except records.CaseNotFound:
        raise Http404 from None
    if application.case.applicant_id == request.actor.account_id:
        raise Http404
    return application


def with_case(view: CaseView) -> CaseView:
    """Give the view the application of a case that the actor may open."""

    @staff_required
    @wraps(view)
    def guarded(request: ActorRequest, case_id: UUID, **kwargs: Any) -> HttpResponse:
        application = application_or_404(request, case_id)
        if application.case.is_protected and not getattr(view, "asks_for_purpose", False):
            ask = note_reading(request, application.case)
            if ask is not None:
                return ask
        return view(request, application, **kwargs)

    return guarded  # type: ignore[no-any-return]  # staff_required decorates with and without arguments


def may_work(request: ActorRequest, application: intake.Application) -> bool:
    """Whether the case can still be changed: a closed one can only be read."""
    return policies.allows(request.actor, WORK, application.case)
