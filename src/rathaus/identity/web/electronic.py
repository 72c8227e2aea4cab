"""Sign-in and step-up by electronic identity: start, way back, and what can go wrong between them."""

from __future__ import annotations

import logging
import secrets
from datetime import datetime, timedelta
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from rathaus.identity.electronic import ElectronicIdentityProvider, IdentityRefused, identity_providers
from rathaus.identity.enums import AssuranceLevel
from rathaus.identity.guards import citizen_required, safe_next
from rathaus.identity.models import UserAccount
from rathaus.identity.queries.electronic import available_providers
from rathaus.identity.services.electronic import IdentityMismatch, sign_in_with_identity
from rathaus.identity.sessions import actor_of, start_session
from rathaus.kernel.public import clock

log = logging.getLogger(__name__)

_KEY = "identity_pending"
_PENDING_FOR = timedelta(minutes=10)

REASONS = {
    "refused": _("The proof of your identity was cancelled or could not be read. Nothing has been changed."),
    "expired": _("The request was too old or had been used before. Please start again."),
    "linked_elsewhere": _("This identity belongs to another account. Sign out and sign in with it instead."),
    "other_person": _(
        "The proven name or date of birth differs from your account. Please check your details under "
        "“My details” or use your own identity card."
    ),
    "inactive": _("This account has been blocked. Please contact the town."),
}


@require_safe
@citizen_required
def step_up(request: HttpRequest) -> HttpResponse:
    """Why a better proof of identity is needed and how to give it."""
    try:
        level = AssuranceLevel(request.GET.get("stufe", AssuranceLevel.SUBSTANTIAL))
    except ValueError as error:
        raise Http404 from error
    target = safe_next(request)
    if actor_of(request).assurance >= level:
        return HttpResponseRedirect(target)
    context = {"level": level, "providers": available_providers(), "next": target}
    return render(request, "identity/step_up.html", context)


@require_POST
@never_cache
def start(request: HttpRequest, provider: str) -> HttpResponse:
    """Remember who started and where to return, then send the browser to the provider."""
    chosen = _provider(provider)
    state = secrets.token_urlsafe(32)
    request.session[_KEY] = {
        "provider": provider,
        "state": state,
        "next": safe_next(request),
        "account": str(request.user.pk) if request.user.is_authenticated else None,
        "started_at": clock.now().isoformat(),
    }
    callback_url = request.build_absolute_uri(reverse("identity:eid_callback", args=[provider]))
    return HttpResponseRedirect(chosen.begin(state=state, callback_url=callback_url))


@require_safe
@never_cache
def callback(request: HttpRequest, provider: str) -> HttpResponse:
    """The way back: the state must be the one of this browser, unused and fresh."""
    chosen = _provider(provider)
    pending = request.session.pop(_KEY, None)
    if not _is_valid(request, provider, pending):
        return _failed(request, provider, "expired")
    account = request.user if isinstance(request.user, UserAccount) else None
    try:
        identity = chosen.complete(state=pending["state"], answer=request.GET.dict())
        owner = sign_in_with_identity(identity=identity, account=account)
    except IdentityRefused as refusal:
        log.warning("identity_refused provider=%s reason=%s", provider, refusal)
        return _failed(request, provider, "refused")
    except IdentityMismatch as mismatch:
        return _failed(request, provider, mismatch.reason)
    start_session(request, owner, identity.assurance)
    return HttpResponseRedirect(pending["next"])


def _provider(key: str) -> ElectronicIdentityProvider:
    provider = identity_providers.find(key)
    if provider is None or not provider.is_available():
        raise Http404("no such electronic identity")
    return provider


def _is_valid(request: HttpRequest, provider: str, pending: Any) -> bool:
    if not pending or pending["provider"] != provider:
        return False
    age = clock.now() - datetime.fromisoformat(pending["started_at"])
    account = str(request.user.pk) if request.user.is_authenticated else None
    return (
        secrets.compare_digest(pending["state"].encode(), request.GET.get("state", "").encode())
        and age <= _PENDING_FOR
        and pending["account"] == account
    )


def _failed(request: HttpRequest, provider: str, reason: str) -> HttpResponse:
    log.info("electronic_sign_in_failed provider=%s reason=%s", provider, reason)
    return render(request, "identity/eid_failed.html", {"message": REASONS[reason]}, status=400)
