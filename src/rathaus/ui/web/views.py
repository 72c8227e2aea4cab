"""Pages that belong to no app: errors, the town's stylesheet, health."""

from __future__ import annotations

import errno
import sys
from contextlib import suppress
from typing import Any

from django.db import DatabaseError, OperationalError
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from rathaus.identity.public import security_log
from rathaus.kernel.public import blobs
from rathaus.ui import appearance
from rathaus.ui.embedding import allow_embedding

A_YEAR = "public, max-age=31536000, immutable"
NO_ROOM = frozenset(
    {errno.ENOSPC, errno.EDQUOT, errno.EROFS, errno.EIO, errno.EFBIG, errno.EMFILE, errno.ENFILE}
)
RETRY_SECONDS = 120


@require_safe
def town_stylesheet(request: HttpRequest) -> HttpResponse:
    """The town's colours. Its address carries a version, so that browsers may keep it."""
    response = HttpResponse(appearance.stylesheet(), content_type="text/css; charset=utf-8")
    response["Cache-Control"] = A_YEAR
    return response


@require_safe
def coat_of_arms(request: HttpRequest) -> HttpResponse:
    """The town's own coat of arms, as a picture: what is written in it cannot run in our pages."""
    drawing = appearance.current_town().coat_of_arms
    if not drawing:
        raise Http404
    response = HttpResponse(drawing, content_type="image/svg+xml; charset=utf-8")
    response["Cache-Control"] = A_YEAR
    return response


@require_safe
def healthz(request: HttpRequest) -> HttpResponse:
    """Answer that the web process lives; asks neither database nor disk."""
    return HttpResponse("ok\n", content_type="text/plain; charset=utf-8")


API = "/api/"


def _refused(request: HttpRequest, status: int, detail: str) -> HttpResponse | None:
    """For programs the refusal as the API describes it; None for people."""
    return JsonResponse({"detail": detail}, status=status) if request.path.startswith(API) else None


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    if answer := _refused(request, 400, "The request is not readable."):
        return answer
    return render(request, "400.html", status=400)


def permission_denied(request: HttpRequest, exception: Exception) -> HttpResponse:
    security_log.note("access_refused", request)
    return render(request, "403.html", status=403)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    if answer := _refused(request, 404, "There is nothing at this address."):
        return answer
    return render(request, "404.html", status=404)


def csrf_failure(request: HttpRequest, reason: str = "", **ignored: Any) -> HttpResponse:
    security_log.note("forged_request_refused", request, reason=reason)
    return render(request, "403_csrf.html", status=403)


def server_error(request: HttpRequest) -> HttpResponse:
    """The page for our own faults needs neither database nor session, because those may be what broke.

    A full disk or a busy database passes: then the answer asks to try again. A document that cannot be opened is said.
    """
    fault = sys.exc_info()[1]
    if isinstance(fault, blobs.BlobError):
        return _document_unreadable(request, fault)
    if not _passes(fault):
        return render(request, "500.html", status=500)
    response = render(request, "503.html", status=503)
    response["Retry-After"] = str(RETRY_SECONDS)
    return response


def _document_unreadable(request: HttpRequest, fault: blobs.BlobError) -> HttpResponse:
    """Damaged or missing: 500, and kept in mind for the operator; a storage that does not answer: 503."""
    is_away = isinstance(fault, blobs.BlobAway)
    status = 503 if is_away else 500
    if not is_away:
        with suppress(DatabaseError):
            blobs.note_unreadable(fault.sha256)
    response = _refused(request, status, "The document cannot be opened.")
    if response is None:
        context = {"is_away": is_away, "status": status}
        response = render(request, "ui/document_unreadable.html", context, status=status)
    if is_away:
        response["Retry-After"] = str(RETRY_SECONDS)
    return allow_embedding(response)


def _passes(fault: BaseException | None) -> bool:
    """Whether the fault is likely to be gone soon: a busy database, a full disk."""
    if isinstance(fault, OperationalError):
        return True
    return isinstance(fault, OSError) and fault.errno in NO_ROOM
