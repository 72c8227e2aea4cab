from __future__ import annotations

import uuid

from rathaus.identity import policies
from rathaus.identity.actor import Actor
from rathaus.identity.enums import Role


def is_administrator(actor: Actor, obj: object = None) -> bool:
    return actor.has_role(Role.ADMINISTRATOR)


def may_see_cleanup(actor: Actor, obj: object = None) -> bool:
    return is_administrator(actor) or actor.has_role(Role.DATA_PROTECTION)


def may_appoint_stand_in(actor: Actor, subject: tuple[uuid.UUID, frozenset[int]]) -> bool:
    """The absent person, the head of one of the person's units, or an administrator."""
    absent_id, unit_ids = subject
    return actor.account_id == absent_id or bool(actor.headed_unit_ids & unit_ids) or is_administrator(actor)


def is_account_itself(actor: Actor, account_id: uuid.UUID) -> bool:
    return actor.account_id == account_id


def may_end_sessions(actor: Actor, account_id: uuid.UUID) -> bool:
    return is_account_itself(actor, account_id) or is_administrator(actor)


def may_raise_assurance(actor: Actor, obj: object = None) -> bool:
    """Staff who saw the identity card at the counter; electronic identities act as the system."""
    return actor.has_role(Role.CASE_WORKER)


def register_policies() -> None:
    policies.register("identity.manage_organization", is_administrator)
    policies.register("identity.manage_accounts", is_administrator)
    policies.register("identity.appoint_stand_in", may_appoint_stand_in)
    policies.register("identity.end_sessions", may_end_sessions)
    policies.register("identity.manage_cleanup", is_administrator)
    policies.register("identity.see_cleanup", may_see_cleanup)
    policies.register("identity.edit_profile", is_account_itself)
    policies.register("identity.raise_assurance", may_raise_assurance)
