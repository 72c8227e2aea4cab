"""One number and one log line for each request: what was asked for, how it went, how long it took.

Not in it: paths, queries, addresses, names, content. The number stands in the answer and on error pages.
"""

from __future__ import annotations

import logging
import re
import secrets
import time
from collections.abc import Callable
from contextvars import ContextVar

from django.conf import settings
from django.http import HttpRequest, HttpResponseBase

from . import metrics

HEADER = "X-Request-ID"
ATTRIBUTE = "request_id"
ACCEPTABLE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{7,63}")
PROBES = frozenset({"ui:healthz", "operations:readyz", "operations:metrics"})
logger = logging.getLogger("rathaus.request")
current: ContextVar[str] = ContextVar("rathaus_request_id", default="")


class RequestLogMiddleware:
    """The outermost: whatever the others answer is counted and logged."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        number = number_of(request)
        setattr(request, ATTRIBUTE, number)
        token = current.set(number)
        began = time.perf_counter()
        try:
            response = self.get_response(request)
            response[HEADER] = number
            note(request, response, time.perf_counter() - began)
            return response
        finally:
            current.reset(token)


def number_of(request: HttpRequest) -> str:
    """The number that our proxy gave, else a fresh one. What strangers send is not taken over."""
    given = request.headers.get(HEADER, "") if settings.BEHIND_PROXY else ""
    return given if ACCEPTABLE.fullmatch(given) else secrets.token_hex(8)


def note(request: HttpRequest, response: HttpResponseBase, seconds: float) -> None:
    route = route_of(request)
    method = request.method if request.method in metrics.METHODS else "other"
    metrics.count_request(route=route, method=method or "other", status=response.status_code, seconds=seconds)
    level = logging.DEBUG if route in PROBES else logging.INFO
    if logger.isEnabledFor(level):
        logger.log(
            level,
            "request_done",
            extra={
                "method": method,
                "route": route,
                "status": response.status_code,
                "ms": round(seconds * 1000, 1),
            },
        )


def route_of(request: HttpRequest) -> str:
    """The name of the address in our table; ``static`` or ``unknown`` for what is not in it."""
    match = request.resolver_match
    if match is not None:
        return match.view_name or match.route
    return "static" if request.path.startswith(settings.STATIC_URL) else "unknown"


def log_context(record: logging.LogRecord) -> dict[str, object]:
    """For every log line: the request's number; for what Django says about a request also route and status."""
    found: dict[str, object] = {}
    request = getattr(record, "request", None)
    if isinstance(request, HttpRequest):
        found["route"] = route_of(request)
    if hasattr(record, "status_code"):
        found["status"] = record.status_code
    if number := current.get():
        found["request"] = number
    return found
