"""Security headers on every answer, and the nonce of the content security policy."""

from __future__ import annotations

import secrets
from collections.abc import Callable

from django.core.exceptions import BadRequest
from django.http import HttpRequest, HttpResponseBase

from rathaus.ui.embedding import is_embeddable

POLICY = (
    "default-src 'self'; script-src 'nonce-{nonce}'; style-src 'self'; img-src 'self' data: blob:; "
    "font-src 'self'; connect-src 'self'; object-src 'none'; frame-src 'self'; base-uri 'none'; "
    "form-action 'self'; manifest-src 'self'; worker-src 'none'; frame-ancestors {ancestors}"
)
NONCE_ATTRIBUTE = "csp_nonce"
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
        response["Content-Security-Policy"] = POLICY.format(nonce=nonce, ancestors=ancestors)
        response["X-Frame-Options"] = "SAMEORIGIN" if embeddable else "DENY"
        response["Permissions-Policy"] = PERMISSIONS
        response["Cross-Origin-Resource-Policy"] = "same-origin"
        response["X-Content-Type-Options"] = "nosniff"
        if "Cache-Control" not in response:
            response["Cache-Control"] = "private, no-store" if _used_session(request) else "private, no-cache"
        return response


def _used_session(request: HttpRequest) -> bool:
    session = getattr(request, "session", None)
    return bool(session is not None and session.accessed and not session.is_empty())


class RefuseNulMiddleware:
    """Nobody's address holds a NUL, and PostgreSQL does not store one: such a request is not worth a view."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if "\x00" in request.path or "%00" in request.META.get("QUERY_STRING", ""):
            raise BadRequest("NUL in the address")
        return self.get_response(request)
