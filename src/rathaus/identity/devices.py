"""Browsers: what to call them in a list, and which of them have signed in to an account before."""

from __future__ import annotations

import secrets
from typing import Any

from django.conf import settings
from django.core import signing
from django.http import HttpRequest, HttpResponseBase
from django.utils.crypto import salted_hmac

# The first that fits: Edge and Opera also call themselves Chrome, and Chrome calls itself Safari.
BROWSERS = (
    ("Edg", "Edge"), ("OPR/", "Opera"), ("Firefox", "Firefox"), ("FxiOS", "Firefox"), ("SamsungBrowser", "Samsung"),
    ("CriOS", "Chrome"), ("Chrome", "Chrome"), ("Safari", "Safari"),
)  # fmt: skip
SYSTEMS = (
    ("iPhone", "iPhone"), ("iPad", "iPad"), ("Android", "Android"), ("Windows", "Windows"), ("CrOS", "ChromeOS"),
    ("Mac OS X", "macOS"), ("Linux", "Linux"),
)  # fmt: skip
SALT = "rathaus.identity.devices"
KEPT_FOR = 180 * 24 * 3600
MOST_ACCOUNTS = 5
_PENDING = "rathaus_known_device"


def description(request: HttpRequest) -> str:
    """`Firefox, Windows`; empty for what is neither."""
    agent = request.META.get("HTTP_USER_AGENT", "")
    names = [next((name for mark, name in known if mark in agent), "") for known in (BROWSERS, SYSTEMS)]
    return ", ".join(name for name in names if name)


def secret_of(request: HttpRequest, login: str) -> str:
    """The browser's own number if somebody has signed in with this address there before, else nothing."""
    held = _held(request)
    return str(held["n"]) if _digest(login) in held["a"] else ""


def remember(request: HttpRequest, login: str) -> None:
    """Have the answer to this request tell the browser that this account is at home there."""
    setattr(request, _PENDING, login)


def set_cookie(request: HttpRequest, response: HttpResponseBase) -> None:
    login = getattr(request, _PENDING, "")
    if not login:
        return
    held = _held(request)
    others = [digest for digest in held["a"] if digest != _digest(login)]
    held["a"] = [*others, _digest(login)][-MOST_ACCOUNTS:]
    response.set_cookie(
        settings.DEVICE_COOKIE_NAME,
        signing.dumps(held, salt=SALT),
        max_age=KEPT_FOR,
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )


def _held(request: HttpRequest) -> dict[str, Any]:
    try:
        found = signing.loads(
            request.COOKIES.get(settings.DEVICE_COOKIE_NAME, ""), salt=SALT, max_age=KEPT_FOR
        )
    except signing.BadSignature:
        found = None
    return found or {"n": secrets.token_urlsafe(12), "a": []}


def _digest(login: str) -> str:
    """Not the address itself: whoever finds the cookie does not learn who uses the browser."""
    return salted_hmac(SALT, login.lower(), algorithm="sha256").hexdigest()[:32]
