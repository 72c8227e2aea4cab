"""What maintenance mode does: drafts are kept, submitting and changing is held back, the API answers 503."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from django.http import HttpRequest, HttpResponse, HttpResponseBase, JsonResponse, QueryDict
from django.shortcuts import render
from django.template.loader import render_to_string

from rathaus.kernel.public import clock, maintenance

SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
DESK, ACCOUNT, API = "/amt/", "/konto/", "/api/"
SWITCH = "/amt/wartung/"  # must work, else nobody could end it
LEAST_SECONDS, MOST_SECONDS = 60, 3600
MAX_SHOWN = 100_000
HIDDEN = ("csrfmiddlewaretoken", "password", "_")


class MaintenanceMiddleware:
    """Behind everything that recognises people and refuses strange requests: what it answers is about ours."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Callable[..., HttpResponseBase], args: object, kwargs: object
    ) -> HttpResponseBase | None:
        state = maintenance.known()
        if not state.is_on or not _is_held_back(request, state):
            return None
        answer = _for_programs(state) if request.path_info.startswith(API) else _for_people(request, state)
        answer["Retry-After"] = str(retry_seconds(state))
        answer["Cache-Control"] = "no-store"
        return answer


def _is_held_back(request: HttpRequest, state: maintenance.State) -> bool:
    path = request.path_info
    if path.startswith(API):
        return True
    if path.startswith(DESK) and not path.startswith(SWITCH):
        return state.is_desk_closed or request.method not in SAFE
    return path.startswith(ACCOUNT) and request.method not in SAFE


def _for_programs(state: maintenance.State) -> HttpResponse:
    text = "Das Rathaus wird gerade gewartet. Bitte versuchen Sie es später noch einmal."
    return JsonResponse({"detail": state.text or text}, status=503, json_dumps_params={"ensure_ascii": False})


def _for_people(request: HttpRequest, state: maintenance.State) -> HttpResponse:
    """A page that says when to come back, and shows what was typed, so that it can be kept."""
    is_change = request.method not in SAFE
    context = {
        "state": state,
        "until": announced_end(state),
        "typed": typed_texts(request.POST) if is_change else [],
        "is_change": is_change,
        "is_desk": request.path_info.startswith(DESK),
    }
    return render(request, "operations/held_back.html", context, status=503)


def typed_texts(post: QueryDict) -> list[str]:
    """The longer texts of a form, for the person who typed them; no passwords, no inner fields."""
    texts = [
        value
        for name in post
        if not name.lower().startswith(HIDDEN) and "password" not in name.lower()
        for value in post.getlist(name)
        if isinstance(value, str) and (" " in value.strip() or "\n" in value)
    ]
    return texts if sum(map(len, texts)) <= MAX_SHOWN else []


def retry_seconds(state: maintenance.State) -> int:
    """Until the announced end, but at least a minute and at most an hour."""
    if state.until is None:
        return LEAST_SECONDS * 5
    left = int((state.until - clock.now()).total_seconds())
    return min(max(left, LEAST_SECONDS), MOST_SECONDS)


def announced_end(state: maintenance.State) -> datetime | None:
    """The announced end, as long as it lies ahead."""
    return state.until if state.until is not None and state.until > clock.now() else None


def notice(request: HttpRequest) -> dict[str, object]:
    """For the top of every page, while maintenance mode is on."""
    state = maintenance.known()
    if not state.is_on:
        return {}
    context = {"state": state, "until": announced_end(state)}
    return {"page_notice": render_to_string("operations/notice.html", context)}
