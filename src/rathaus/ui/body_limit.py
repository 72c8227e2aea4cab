"""Refuses bodies that are too large by what their sender says, before a byte of them is read or stored."""

from __future__ import annotations

from collections.abc import Callable

from django.conf import settings
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
        return self.get_response(request)


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
