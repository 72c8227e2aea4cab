from __future__ import annotations

from typing import cast

from allauth.mfa.models import Authenticator
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from rathaus.identity.guards import citizen_required, safe_next
from rathaus.identity.models import UserAccount
from rathaus.identity.queries.electronic import available_providers, linked_identities
from rathaus.identity.queries.sessions import sessions_of
from rathaus.identity.services.accounts import update_profile
from rathaus.identity.services.sessions import end_sessions
from rathaus.identity.sessions import actor_of, lacks_second_factor
from rathaus.identity.web.forms import ProfileForm


@require_safe
@citizen_required
def security(request: HttpRequest) -> HttpResponse:
    """Sign-in and security: everything that protects the account, on one page."""
    account = cast("UserAccount", request.user)
    authenticators = list(Authenticator.objects.filter(user=account).order_by("created_at"))
    by_type = {kind: [item for item in authenticators if item.type == kind] for kind in Authenticator.Type}
    context = {
        "account": account,
        "totp": by_type[Authenticator.Type.TOTP],
        "passkeys": by_type[Authenticator.Type.WEBAUTHN],
        "recovery_codes": by_type[Authenticator.Type.RECOVERY_CODES],
        "identities": linked_identities(account),
        "providers": available_providers(),
        "session_level": actor_of(request).assurance,
        "sessions": [
            (entry, entry.session_key == request.session.session_key) for entry in sessions_of(account)
        ],
    }
    return render(request, "identity/security.html", context)


@require_http_methods(["GET", "POST"])
@citizen_required
def profile(request: HttpRequest) -> HttpResponse:
    """My details: name, address, telephone, language."""
    account = cast("UserAccount", request.user)
    form = ProfileForm(request.POST or None, instance=account)
    if request.method == "POST" and form.is_valid():
        changed = {name: form.cleaned_data[name] for name in form.changed_data}
        if changed:
            update_profile(actor=actor_of(request), account=account, **changed)
        messages.success(request, _("Your details have been saved."))
        return HttpResponseRedirect(reverse("identity:profile"))
    return render(request, "identity/profile.html", {"form": form})


@require_POST
@citizen_required
def end(request: HttpRequest) -> HttpResponse:
    """End one of one's own sessions, or all but this one."""
    account = cast("UserAccount", request.user)
    handle = request.POST.get("sitzung", "")
    count = end_sessions(
        actor=actor_of(request), account=account, handle=handle, keep=request.session.session_key
    )
    if count:
        messages.success(request, _("Signed out there."))
    else:
        messages.info(request, _("You were signed in nowhere else."))
    return HttpResponseRedirect(reverse("identity:security"))


@require_safe
@citizen_required
def second_factor(request: HttpRequest) -> HttpResponse:
    """Why the town wants a second factor of its staff, and how to set it up or show it."""
    target = safe_next(request, reverse("identity:security"))
    if not lacks_second_factor(request):
        return HttpResponseRedirect(target)
    kinds = (Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN)
    has_one = Authenticator.objects.filter(user=cast("UserAccount", request.user), type__in=kinds)
    context = {"types": set(has_one.values_list("type", flat=True)), "next": target}
    return render(request, "identity/second_factor.html", context)
