from __future__ import annotations

from typing import cast

from allauth.mfa.models import Authenticator
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from rathaus.identity.guards import citizen_required
from rathaus.identity.models import UserAccount
from rathaus.identity.queries.electronic import available_providers, linked_identities
from rathaus.identity.services.accounts import update_profile
from rathaus.identity.sessions import actor_of
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
