"""Health, readiness and metrics are answered before host names, https, sessions and languages are looked at.

Whoever probes asks by address and without TLS; a town hall that is being worked on is healthy all the same.
"""

from __future__ import annotations

import logging
from collections.abc import Callable

from django.db import DatabaseError
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseNotFound
from django.urls import ResolverMatch, resolve
from django.views.decorators.http import require_safe
from prometheus_client.exposition import CONTENT_TYPE_LATEST

from . import metrics, readiness

logger = logging.getLogger("rathaus.readiness")
ADDRESSES = frozenset({"/healthz", "/readyz", "/metrics"})
RETRY_SECONDS = 10


@require_safe
def readyz(request: HttpRequest) -> HttpResponse:
    """200 where the town hall can work, else 503; the reasons only for those who may read the metrics."""
    found = list(readiness.obstacles())
    if not found:
        return _plain("ready\n")
    logger.warning("not_ready", extra={"reasons": ",".join(found)})
    told = " " + ",".join(found) if metrics.is_offered() and metrics.may_read(request) else ""
    answer = _plain(f"not ready{told}\n", status=503)
    answer["Retry-After"] = str(RETRY_SECONDS)
    return answer


@require_safe
def metrics_page(request: HttpRequest) -> HttpResponse:
    """The figures for Prometheus; not there at all where nobody set them up or for whoever may not read them."""
    if not metrics.is_offered() or not metrics.may_read(request):
        return HttpResponseNotFound("not found\n", content_type="text/plain; charset=utf-8")
    try:
        return HttpResponse(metrics.exposition(), content_type=CONTENT_TYPE_LATEST)
    except DatabaseError:
        return _plain("database\n", status=503)


def _plain(text: str, status: int = 200) -> HttpResponse:
    answer = HttpResponse(text, status=status, content_type="text/plain; charset=utf-8")
    answer["Cache-Control"] = "no-store"
    return answer


class ProbesMiddleware:
    """Answers the three addresses at once, and hands everything else on."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if request.path_info not in ADDRESSES:
            return self.get_response(request)
        match: ResolverMatch = resolve(request.path_info)
        request.resolver_match = match
        answer: HttpResponseBase = match.func(request, *match.args, **match.kwargs)
        return answer
