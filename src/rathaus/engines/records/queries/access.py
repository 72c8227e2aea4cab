"""Whose a case is, and who reaches it."""

from __future__ import annotations

from rathaus.engines.records.models import Case
from rathaus.identity.public import Actor, ActorKind, opens_access_set


def is_applicant(actor: Actor, case: Case) -> bool:
    """The person whose application the case is, with whichever hat on."""
    return actor.account_id is not None and actor.account_id == case.applicant_id


def has_access(actor: Actor, case: Case) -> bool:
    """Staff whose units reach the case; never in one's own matter (§ 20 VwVfG). At most one query."""
    if actor.kind is ActorKind.SYSTEM:
        return True
    if not actor.is_staff or is_applicant(actor, case):
        return False
    return opens_access_set(actor, case.access_set_id)
