"""What follows when somebody signs in, out, or changes how they sign in: the session, the audit, the log."""

from __future__ import annotations

import logging
from typing import Any

from allauth.account import signals as account_signals
from allauth.mfa import signals as mfa_signals
from django.contrib.auth import signals as auth_signals
from django.http import HttpRequest

from rathaus.identity import devices, security_log
from rathaus.identity.models import UserAccount
from rathaus.identity.queries.actors import actor_for
from rathaus.identity.services.sessions import end_other_sessions
from rathaus.identity.session_store import DEVICE, STARTED
from rathaus.kernel.public import audit, clock

LEAVING = "rathaus_leaving"
"""Set on a request that signed out; the middleware then has the browser forget what it keeps."""


def connect() -> None:
    """Called once, from `apps.py`."""
    for signal, receiver in (
        (auth_signals.user_logged_in, start),
        (auth_signals.user_logged_out, leave),
        (auth_signals.user_login_failed, note_failure),
        (account_signals.authentication_step_completed, draw_new_key),
        (account_signals.password_changed, end_others),
        (account_signals.password_set, end_others),
        (account_signals.password_reset, end_others),
        (account_signals.email_changed, note_change),
        (mfa_signals.authenticator_added, note_factor),
        (mfa_signals.authenticator_removed, note_factor),
        (mfa_signals.authenticator_reset, note_factor),
        (mfa_signals.authentication_failed, note_wrong_factor),
    ):
        signal.connect(receiver, dispatch_uid=f"rathaus.identity.{receiver.__name__}")


def start(request: HttpRequest, user: UserAccount, **rest: Any) -> None:
    """The session's time runs from now; this browser is known to the account."""
    request.session[STARTED] = clock.wall().isoformat()
    request.session[DEVICE] = devices.description(request)
    if user.email:
        devices.remember(request, user.email)


def leave(request: HttpRequest, user: UserAccount | None, **rest: Any) -> None:
    setattr(request, LEAVING, True)
    security_log.note("signed_out", request, level=logging.INFO, account=getattr(user, "pk", ""))


def note_failure(credentials: dict[str, Any], request: HttpRequest | None = None, **rest: Any) -> None:
    login = str(credentials.get("email") or credentials.get("username") or "")
    security_log.note("sign_in_failed", request, login=security_log.code_of(login))


def draw_new_key(request: HttpRequest, reauthenticated: bool = False, **rest: Any) -> None:
    """Who proves again who they are goes on under a new key: one that was stolen before is worth nothing."""
    if reauthenticated:
        request.session.cycle_key()


def end_others(request: HttpRequest, user: UserAccount, **rest: Any) -> None:
    """A new password ends every other session; whoever knew the old one is out."""
    end_other_sessions(account=user, keep=request.session.session_key)
    _audit(user, "identity.password_changed")


def note_change(
    user: UserAccount, to_email_address: Any, from_email_address: Any | None = None, **rest: Any
) -> None:
    """A first address that is confirmed is no change."""
    if from_email_address is not None and from_email_address.email != to_email_address.email:
        _audit(user, "identity.email_changed")


def note_factor(
    signal: Any, request: HttpRequest, user: UserAccount, authenticator: Any, **rest: Any
) -> None:
    actions = {
        mfa_signals.authenticator_added: "identity.factor_added",
        mfa_signals.authenticator_removed: "identity.factor_removed",
        mfa_signals.authenticator_reset: "identity.factor_renewed",
    }
    _audit(user, actions[signal], kind=authenticator.type)


def note_wrong_factor(request: HttpRequest, user: UserAccount, **rest: Any) -> None:
    security_log.note("second_factor_failed", request, account=user.pk)


def _audit(account: UserAccount, action: str, **details: object) -> None:
    audit.append(
        actor=actor_for(account).audit_name,
        action=action,
        subject=f"identity.account:{account.pk}",
        details=details,
    )
