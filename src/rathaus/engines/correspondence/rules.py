"""Who may do what with letters."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal

from rathaus.identity.public import Actor, Role, policies

from .enums import LetterKind
from .models import InboxMessage, SigningAuthority

_SIGNING_ROLES = frozenset({Role.CASE_WORKER, Role.HEAD})


def may_write(actor: Actor, obj: object = None) -> bool:
    """Case workers and heads write to citizens; which letter needs whose signature says `may_sign`."""
    return actor.has_role(Role.CASE_WORKER) or actor.has_role(Role.HEAD)


def may_publish(actor: Actor, obj: object = None) -> bool:
    return actor.has_role(Role.DESIGNER) or actor.has_role(Role.ADMINISTRATOR)


def is_administrator(actor: Actor, obj: object = None) -> bool:
    return actor.has_role(Role.ADMINISTRATOR)


def may_print(actor: Actor, obj: object = None) -> bool:
    return actor.has_role(Role.MAILROOM)


def is_addressee(actor: Actor, message: InboxMessage) -> bool:
    """A message is the account holder's alone."""
    return actor.account_id is not None and actor.account_id == message.account_id


def signs(
    actor: Actor, authorities: Iterable[SigningAuthority], kind: LetterKind, amount: Decimal | None
) -> bool:
    """Whether one of the actor's posts covers this letter by the authorities of its unit.

    A unit without any authority follows the general rule: its case workers and heads sign what they decide.
    """
    by_unit: dict[int, list[SigningAuthority]] = {}
    for authority in authorities:
        by_unit.setdefault(authority.unit_id, []).append(authority)
    for post in actor.posts:
        rules = by_unit.get(post.unit_id)
        if rules is None:
            if post.roles & _SIGNING_ROLES:
                return True
        elif any(rule.post_role in post.roles and _covers(rule, kind, amount) for rule in rules):
            return True
    return False


def _covers(authority: SigningAuthority, kind: LetterKind, amount: Decimal | None) -> bool:
    if authority.kinds and kind not in authority.kinds:
        return False
    return authority.amount_limit is None or amount is None or amount <= authority.amount_limit


def register_policies() -> None:
    policies.register("correspondence.publish_letter", may_publish)
    policies.register("correspondence.issue_letter", may_write)
    policies.register("correspondence.send_message", may_write)
    policies.register("correspondence.print", may_print)
    policies.register("correspondence.manage_signing", is_administrator)
    policies.register("correspondence.read_message", is_addressee)
