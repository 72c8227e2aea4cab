"""What the current session proved: the level of the sign-in, raised for a while by an electronic identity."""

from __future__ import annotations

from datetime import datetime, timedelta
from functools import partial
from typing import cast

from django.contrib.auth import login
from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from rathaus.identity import second_factor
from rathaus.identity.actor import Actor
from rathaus.identity.enums import AssuranceLevel
from rathaus.identity.models import UserAccount
from rathaus.identity.queries.actors import actor_for
from rathaus.kernel.public import clock

SIGNED_IN_LEVEL = AssuranceLevel.LOW
RAISED_FOR = timedelta(hours=1)
BACKEND = "allauth.account.auth_backends.AuthenticationBackend"
_KEY = "identity_assurance"


class ActorRequest(HttpRequest):
    """The request as `ActorMiddleware` passes it on; for annotations."""

    actor: Actor


def actor_of(request: HttpRequest) -> Actor:
    """The actor of a request, found out at the first use."""
    return cast("ActorRequest", request).actor


def attach_actor(request: HttpRequest) -> None:
    cast("ActorRequest", request).actor = cast("Actor", SimpleLazyObject(partial(_find_actor, request)))


def _find_actor(request: HttpRequest) -> Actor:
    """Staff without the second factor that their town wants are at first nobody but themselves."""
    level = session_assurance(request)
    has_posts = not second_factor.is_missing(request, level)
    return actor_for(request.user, assurance=level, has_posts=has_posts)


def lacks_second_factor(request: HttpRequest) -> bool:
    """Whether the person works here, but has not shown the second factor that the town wants of its staff."""
    return second_factor.is_missing(request, session_assurance(request))


def session_assurance(request: HttpRequest) -> AssuranceLevel:
    """None for guests, low after a sign-in, and what an electronic identity proved within the last hour."""
    if not isinstance(request.user, UserAccount):
        return AssuranceLevel.NONE
    raised = request.session.get(_KEY)
    if not raised or raised["account"] != str(request.user.pk):
        return SIGNED_IN_LEVEL
    if datetime.fromisoformat(raised["until"]) <= clock.now():
        return SIGNED_IN_LEVEL
    return max(SIGNED_IN_LEVEL, AssuranceLevel(raised["level"]))


def start_session(request: HttpRequest, account: UserAccount, level: AssuranceLevel) -> None:
    """Sign the person in (a new session key is drawn) and note the level that was proved just now."""
    login(request, account, backend=BACKEND)
    request.session[_KEY] = {
        "account": str(account.pk),
        "level": level.value,
        "until": (clock.now() + RAISED_FOR).isoformat(),
    }
    attach_actor(request)
