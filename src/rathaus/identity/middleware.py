from __future__ import annotations

import logging
from collections.abc import Callable

from django.db import DatabaseError
from django.http import HttpRequest, HttpResponseBase

from rathaus.identity import devices
from rathaus.identity.receivers import LEAVING
from rathaus.identity.sessions import attach_actor

log = logging.getLogger(__name__)


class ActorMiddleware:
    """Gives every request its `actor`; whoever does not ask for it pays no query. After authentication.

    On the way back it notes that the session is in use, and tells the browser what it is to keep or to forget.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        attach_actor(request)
        response = self.get_response(request)
        if request.session.accessed:
            _touch(request)
        devices.set_cookie(request, response)
        if getattr(request, LEAVING, False):
            response["Clear-Site-Data"] = '"storage"'
        return response


def _touch(request: HttpRequest) -> None:
    """A full disk must not turn a page that only reads into a fault."""
    try:
        request.session.touch()  # type: ignore[attr-defined]  # of our own store
    except DatabaseError as fault:
        log.warning("session_not_touched reason=%s", type(fault).__name__)
