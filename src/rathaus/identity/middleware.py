from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponseBase

from rathaus.identity.sessions import attach_actor


class ActorMiddleware:
    """Gives every request its `actor`; whoever does not ask for it pays no query. After authentication."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        attach_actor(request)
        return self.get_response(request)
