"""How many requests a minute one person or one place may send to what costs work or leaves something behind.

Each web process counts for itself, in memory: a limit that wrote to the database would cost more than it saves. Which
addresses are limited, `THROTTLES` in the settings says; people signed in count by account, guests by the
neighborhood of their address.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

from allauth.account.adapter import get_adapter
from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render

from rathaus.identity import security_log
from rathaus.identity.attempts import network_of
from rathaus.kernel.public import clock

MINUTE = 60


class Counter:
    """Counts by key within the current minute, and forgets the minute before."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._minute = 0
        self._counts: dict[tuple[str, str], int] = {}

    def count(self, key: tuple[str, str]) -> int:
        minute = int(clock.wall().timestamp()) // MINUTE
        with self._lock:
            if minute != self._minute:
                self._minute, self._counts = minute, {}
            self._counts[key] = self._counts.get(key, 0) + 1
            return self._counts[key]


class ThrottleMiddleware:
    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response
        self.counter = Counter()

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, *arguments: Any) -> HttpResponse | None:
        """None while there is room, else 429."""
        match = request.resolver_match
        name = f"{request.method} {match.view_name if match else ''}"
        limit = settings.THROTTLES.get(name)
        if limit is None or not settings.THROTTLE or self.counter.count((name, sender_of(request))) <= limit:
            return None
        security_log.note("requests_limited", request)
        response = render(request, "429.html", status=429)
        response["Retry-After"] = str(MINUTE)
        return response


def sender_of(request: HttpRequest) -> str:
    if request.user.is_authenticated:
        return str(request.user.pk)
    return network_of(get_adapter(request).get_client_ip(request))
