from __future__ import annotations

from django.db import transaction

from rathaus.identity import policies
from rathaus.identity.actor import Actor
from rathaus.identity.models import UserAccount, UserSession
from rathaus.identity.queries.sessions import sessions_of
from rathaus.kernel.public import audit, clock


def end_other_sessions(*, account: UserAccount, keep: str | None) -> int:
    """End the account's sessions in all browsers but one; returns how many. Part of changing a password."""
    others = UserSession.objects.filter(account=account).exclude(session_key=keep or "")
    return others.delete()[0]


@transaction.atomic
def end_sessions(*, actor: Actor, account: UserAccount, handle: str = "", keep: str | None = None) -> int:
    """End one session (by its handle), or all but the one to `keep`; returns how many."""
    policies.check(actor, "identity.end_sessions", account.pk)
    chosen = [row.session_key for row in sessions_of(account) if handle in ("", row.handle)]
    rows = UserSession.objects.filter(account=account, session_key__in=chosen)
    count: int = rows.exclude(session_key=keep or "").delete()[0]
    if count:
        _audit(actor, f"identity.account:{account.pk}", count)
    return count


@transaction.atomic
def end_all_sessions(*, actor: Actor) -> int:
    """Sign everybody out, as after a break-in; what guests have begun stays."""
    policies.check(actor, "identity.manage_accounts")
    count: int = UserSession.objects.exclude(account=None).delete()[0]
    _audit(actor, "identity.sessions", count)
    return count


def remove_expired_sessions() -> int:
    count: int = UserSession.objects.filter(expire_date__lte=clock.wall()).delete()[0]
    return count


def _audit(actor: Actor, subject: str, count: int) -> None:
    audit.append(
        actor=actor.audit_name,
        action="identity.sessions_ended",
        subject=subject,
        details={"count": count},
    )
