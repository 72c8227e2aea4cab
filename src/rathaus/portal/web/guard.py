"""Who may open the pages of an application, and what happens to those who may not (any longer)."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from rathaus.blueprints import public as blueprints
from rathaus.engines.forms import public as forms
from rathaus.identity.public import AssuranceLevel, actor_of, require_assurance
from rathaus.intake import public as intake
from rathaus.portal.queries import catalogue
from rathaus.portal.web import drafts
from rathaus.portal.web.drafts import Applying
from rathaus.portal.web.sent import sent_application

PENDING = "portal_pending"
MAX_PENDING = 50_000


def plan_or_404(slug: str) -> intake.ServicePlan:
    try:
        return intake.plan_for(slug)
    except blueprints.ServiceUnknown:
        raise Http404 from None


def refusal(request: HttpRequest, plan: intake.ServicePlan) -> HttpResponse | None:
    """To the sign-in or a better proof, where the service needs it; None if the person may go on."""
    return require_assurance(request, AssuranceLevel(plan.descriptor.assurance))


def with_draft(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Give the view an ``Applying``. Who has sent the draft gets the receipt; everybody else nothing."""

    @wraps(view)
    def guarded(request: HttpRequest, slug: str, draft_id: UUID, **kwargs: Any) -> HttpResponse:
        plan = plan_or_404(slug)
        refused = refusal(request, plan)
        if refused is not None:
            _keep_pending(request, draft_id, kwargs.get("page_id", ""))
            return refused
        try:
            applying = drafts.find(request, plan, draft_id)
        except forms.DraftNotFound:
            return _not_found(request, plan, draft_id, kwargs.get("page_id", ""))
        if drafts.is_outdated(applying):
            return _renewed(request, applying)
        return view(request, applying, **kwargs)

    return guarded


def _not_found(request: HttpRequest, plan: intake.ServicePlan, draft_id: UUID, page_id: str) -> HttpResponse:
    if sent_application(request, draft_id) is not None:
        return redirect("portal:receipt", plan.service.slug, draft_id)
    _keep_pending(request, draft_id, page_id)
    context = {"offer": catalogue.offer(plan.service), "return_path": request.path}
    return render(request, "portal/draft_missing.html", context, status=404)


def _renewed(request: HttpRequest, applying: Applying) -> HttpResponse:
    draft = drafts.renew(request, applying, catalogue.language())
    messages.info(
        request,
        _("The form has changed since you began. Your answers have been taken over; please check them."),
    )
    return redirect("portal:resume", applying.plan.service.slug, draft.pk)


def _keep_pending(request: HttpRequest, draft_id: UUID, page_id: str) -> None:
    """A session may end while somebody types: keep the page until they have signed in again."""
    if request.method != "POST" or not page_id or actor_of(request).is_authenticated:
        return
    post = request.POST.copy()
    post.pop("csrfmiddlewaretoken", None)
    content = post.urlencode()
    if len(content) <= MAX_PENDING:
        request.session[PENDING] = {"draft": str(draft_id), "page": page_id, "post": content}


def take_pending(request: HttpRequest, draft_id: UUID, page_id: str) -> QueryDict | None:
    """What was typed into this page when the session had ended."""
    pending = request.session.get(PENDING)
    if not pending or (pending["draft"], pending["page"]) != (str(draft_id), page_id):
        return None
    del request.session[PENDING]
    return QueryDict(pending["post"])
