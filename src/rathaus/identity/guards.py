"""Decorators for views of other apps: who has to be signed in, with which role, how surely known."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any
from urllib.parse import urlencode

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme

from rathaus.identity.enums import AssuranceLevel
from rathaus.identity.sessions import actor_of, lacks_second_factor

View = Callable[..., HttpResponseBase]


def safe_next(request: HttpRequest, default: str = "/") -> str:
    """The page asked for in `next`, if it is one of ours; never another site."""
    wanted = request.POST.get("next") or request.GET.get("next") or ""
    is_ours = wanted.startswith("/") and url_has_allowed_host_and_scheme(wanted, allowed_hosts=None)
    return wanted if is_ours else default


def sign_in_redirect(request: HttpRequest) -> HttpResponse:
    """To the sign-in page and afterwards back to the page that was asked for."""
    return _redirect(request, reverse("account_login"), {"next": _return_path(request)})


def step_up_redirect(request: HttpRequest, level: AssuranceLevel | str) -> HttpResponse:
    """To the page that explains why a better proof of identity is needed, and back afterwards."""
    query = {"stufe": AssuranceLevel(level).value, "next": _return_path(request)}
    return _redirect(request, reverse("identity:step_up"), query)


def second_factor_redirect(request: HttpRequest) -> HttpResponse:
    """To the page that has staff set up or show their second factor, and back afterwards."""
    return _redirect(request, reverse("identity:second_factor"), {"next": _return_path(request)})


def _return_path(request: HttpRequest) -> str:
    """A page that can be opened again: a form that was sent goes back to its own address."""
    return request.get_full_path() if request.method in ("GET", "HEAD") else request.path


def _redirect(request: HttpRequest, url: str, query: dict[str, str]) -> HttpResponse:
    target = f"{url}?{urlencode(query)}"
    if request.headers.get("HX-Request") == "true":
        # htmx would put the sign-in page into a fragment; this makes it load the whole page.
        return HttpResponse(status=204, headers={"HX-Redirect": target})
    return HttpResponseRedirect(target)


def citizen_required(view: View) -> View:
    """Anybody with an account, staff included; guests go to the sign-in page."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not actor_of(request).is_authenticated:
            return sign_in_redirect(request)
        return view(request, *args, **kwargs)

    return guarded


def staff_required(view: View | None = None, *, role: str | None = None) -> Any:
    """People who hold a post today, with the role if one is named. Also without parentheses."""

    def decorate(view: View) -> View:
        @wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            actor = actor_of(request)
            if not actor.is_authenticated:
                return sign_in_redirect(request)
            if lacks_second_factor(request):
                return second_factor_redirect(request)
            if not actor.is_staff or (role is not None and not actor.has_role(role)):
                raise PermissionDenied("staff_required")
            return view(request, *args, **kwargs)

        return guarded

    return decorate if view is None else decorate(view)


def assurance_required(level: AssuranceLevel | str) -> Callable[[View], View]:
    """The session must have proved at least this level; else sign-in or the page for a better proof."""
    needed = AssuranceLevel(level)

    def decorate(view: View) -> View:
        @wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            return require_assurance(request, needed) or view(request, *args, **kwargs)

        return guarded

    return decorate


def require_assurance(request: HttpRequest, level: AssuranceLevel | str) -> HttpResponse | None:
    """None if the session's level suffices, else the redirect to answer with."""
    actor = actor_of(request)
    if actor.assurance >= level:
        return None
    if not actor.is_authenticated:
        return sign_in_redirect(request)
    return step_up_redirect(request, level)
