"""Refuses bodies that are too large by what their sender says, before a byte of them is read or stored.

And bodies of which less came than their sender said: a file that was cut off on the way must not pass for a whole one.
"""

from __future__ import annotations

from collections.abc import Callable
from io import IOBase
from typing import Any

from django.conf import settings
from django.core.exceptions import BadRequest
from django.core.handlers.wsgi import WSGIRequest
from django.http import HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

TOO_LARGE, LENGTH_NEEDED = 413, 411
MEGABYTE = 1024 * 1024


class BodyLimitMiddleware:
    """413 above ``RATHAUS_MAX_REQUEST_MB``; 411 where the length is not given, for such a body could have no end."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        given = request.META.get("CONTENT_LENGTH") or ""
        if request.META.get("HTTP_TRANSFER_ENCODING") and not given:
            return _refusal(request, LENGTH_NEEDED)
        is_number = given.isascii() and given.isdecimal()
        if given and (not is_number or int(given[:18]) > settings.MAX_REQUEST_MB * MEGABYTE):
            return _refusal(request, TOO_LARGE)
        if given and isinstance(request, WSGIRequest):
            request._stream = WholeBody(request._stream, int(given))  # type: ignore[assignment]  # as Django's own is
        return self.get_response(request)


class WholeBody(IOBase):
    """The stream of a request; raises BadRequest where it ends before ``length`` bytes came."""

    def __init__(self, stream: Any, length: int) -> None:
        self._stream = stream
        self._missing = length

    def read(self, size: int | None = -1, /) -> bytes:
        to_the_end = size is None or size < 0
        data: bytes = self._stream.read(-1 if to_the_end else size)
        return self._counted(data, is_end=to_the_end or (not data and size != 0))

    def readline(self, size: int | None = -1, /) -> bytes:
        line: bytes = self._stream.readline(size)
        return self._counted(line, is_end=not line and size != 0)

    def _counted(self, data: bytes, *, is_end: bool) -> bytes:
        self._missing -= len(data)
        if is_end and self._missing > 0:
            raise BadRequest(f"{self._missing} bytes of the request are missing")
        return data


def _refusal(request: HttpRequest, status: int) -> HttpResponse:
    if request.path_info.startswith("/api/"):
        message = _("At most %(limit)s MB can be sent at once, and their length must be given.") % {
            "limit": settings.MAX_REQUEST_MB
        }
        response: HttpResponse = JsonResponse({"errors": [{"path": "", "message": message}]}, status=status)
    else:
        response = render(request, "413.html", {"limit": settings.MAX_REQUEST_MB}, status=status)
    response["Connection"] = "close"  # the server need not read what nobody wants
    return response
