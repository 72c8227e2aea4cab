"""Security headers on every answer, and the nonce of the content security policy."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.core.exceptions import BadRequest
from django.http import HttpRequest, HttpResponseBase, QueryDict

from rathaus.ui import files
from rathaus.ui.embedding import is_embeddable
from rathaus.ui.web import views

POLICY = (
    "default-src 'self'; script-src 'nonce-{nonce}'; style-src 'self'; img-src 'self' data: blob:; "
    "font-src 'self'; connect-src 'self'; object-src 'none'; frame-src 'self'; base-uri 'none'; "
    "form-action 'self'; manifest-src 'self'; worker-src 'none'; frame-ancestors {ancestors}"
)
NONCE_ATTRIBUTE = "csp_nonce"
NUL = "\x00"
FORMS = ("application/x-www-form-urlencoded", "multipart/form-data")
SAFE = ("GET", "HEAD", "OPTIONS", "TRACE")
FOREIGN = ("cross-site", "same-site")
"""Where a request may come from that is none of our own pages: `same-site` is another host of the same domain."""
PERMISSIONS = (
    "accelerometer=(), autoplay=(), camera=(), display-capture=(), geolocation=(self), gyroscope=(), "
    "microphone=(), midi=(), payment=(), usb=(), publickey-credentials-get=(self), "
    "publickey-credentials-create=(self)"
)


class SecurityHeadersMiddleware:
    """Sets a content security policy with a fresh nonce, and says how an answer may be kept.

    Pages made from a session are never stored: the next person at a shared computer sees nothing by "back".
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        nonce = secrets.token_urlsafe(16)
        setattr(request, NONCE_ATTRIBUTE, nonce)
        response = self.get_response(request)
        embeddable = is_embeddable(response)
        ancestors = "'self'" if embeddable else "'none'"
        policy = files.POLICY if files.needs_file_policy(response) else POLICY
        response["Content-Security-Policy"] = policy.format(nonce=nonce, ancestors=ancestors)
        response["X-Frame-Options"] = "SAMEORIGIN" if embeddable else "DENY"
        response["Permissions-Policy"] = PERMISSIONS
        response["Cross-Origin-Resource-Policy"] = "same-origin"
        response["X-Content-Type-Options"] = "nosniff"
        # Django's own middleware sets these two as well, but not on what is answered before it.
        response["Cross-Origin-Opener-Policy"] = "same-origin"
        response["Referrer-Policy"] = settings.SECURE_REFERRER_POLICY
        if "Cache-Control" not in response:
            response["Cache-Control"] = "private, no-store" if _used_session(request) else "private, no-cache"
        return response


def _used_session(request: HttpRequest) -> bool:
    session = getattr(request, "session", None)
    return bool(session is not None and session.accessed and not session.is_empty())


class RefuseNulMiddleware:
    """Nobody's address holds a NUL, and PostgreSQL does not store one: such a request is not worth a view.

    In the fields of a form it is left out, wherever they lead: who pastes one from a document loses nothing by it.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if NUL in request.path or "%00" in request.META.get("QUERY_STRING", ""):
            return views.bad_request(request, BadRequest("NUL in the address"))
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view: Callable[..., Any], *arguments: Any) -> None:
        """After the check of the token, which has read the form already."""
        is_form = request.content_type in FORMS and not getattr(view, "csrf_exempt", False)
        if request.method != "POST" or not is_form:
            return
        if any(NUL in name or any(NUL in value for value in values) for name, values in request.POST.lists()):
            clean = QueryDict(mutable=True)
            for name, values in request.POST.lists():
                clean.setlist(name.replace(NUL, ""), [value.replace(NUL, "") for value in values])
            request.POST = clean  # type: ignore[assignment]  # Django provides for setting it


class CrossSiteMiddleware:
    """Refuses what another site has a browser do here, by what the browser itself says of it (`Sec-Fetch-Site`).

    The second bolt behind the CSRF token: it also holds where a view needs none. A view that other sites may send to,
    as the way back from an identity provider, says so by ``accepts_cross_site = True``.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Callable[..., Any], *arguments: Any
    ) -> HttpResponseBase | None:
        is_foreign = request.headers.get("Sec-Fetch-Site", "").lower() in FOREIGN
        if request.method in SAFE or not is_foreign or getattr(view, "accepts_cross_site", False):
            return None
        if request.headers.get("Origin") in settings.CSRF_TRUSTED_ORIGINS:
            return None
        return views.csrf_failure(request, reason="cross-site")
