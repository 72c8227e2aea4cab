"""What happens at the doors, for whoever watches over the town hall: one line an event, no personal data.

A sender is a short code, the same for a day: enough to see that tries belong together, not who it was.
"""

from __future__ import annotations

import logging

from django.http import HttpRequest
from django.utils.crypto import salted_hmac

from rathaus.kernel.public import clock

_log = logging.getLogger("rathaus.security")


def note(
    event: str, request: HttpRequest | None = None, *, level: int = logging.WARNING, **facts: object
) -> None:
    """Write `event` with who (an account's number), from where (a code) and at which page (its name)."""
    if request is not None:
        match = getattr(request, "resolver_match", None)
        facts = {
            "page": match.view_name if match else "",
            "method": request.method,
            "sender": _code("sender", request.META.get("REMOTE_ADDR", "")),
            "account": getattr(getattr(request, "user", None), "pk", None) or "",
            **facts,
        }
    _log.log(level, event, extra=facts)


def code_of(login: str) -> str:
    """A code for what somebody typed as e-mail address, which may be anything."""
    return _code("login", login.lower())


def _code(kind: str, text: str) -> str:
    return salted_hmac(f"rathaus.{kind}.{clock.today()}", text, algorithm="sha256").hexdigest()[:12]
