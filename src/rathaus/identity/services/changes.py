"""Changes to units and posts that keep the house workable: somebody always administers the system."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta

from django.db import transaction
from django.db.models import Q

from rathaus.identity import policies
from rathaus.identity.actor import Actor
from rathaus.identity.enums import Role
from rathaus.identity.models import Membership, OrganizationalUnit, Post
from rathaus.identity.queries.organization import current_memberships
from rathaus.identity.services.organization import end_membership, move_unit
from rathaus.kernel.public import audit, clock

MANAGE = "identity.manage_organization"


class LastAdministrator(Exception):
    """Nobody would be left to administer the system."""


@transaction.atomic
def update_unit(
    *, actor: Actor, unit: OrganizationalUnit, parent: OrganizationalUnit | None, **fields: str
) -> None:
    """Change what a unit is called, where it is found and under which unit it stands."""
    policies.check(actor, MANAGE)
    changed = sorted(name for name, value in fields.items() if getattr(unit, name) != value)
    for name in changed:
        setattr(unit, name, fields[name])
    unit.full_clean(exclude=["parent"])
    if changed:
        unit.save(update_fields=changed)
        audit.append(
            actor=actor.audit_name,
            action="identity.unit_changed",
            subject=f"identity.unit:{unit.code}",
            details={"fields": changed},
        )
    if unit.parent_id != (parent.pk if parent else None):
        move_unit(actor=actor, unit=unit, parent=parent)


@transaction.atomic
def update_post(*, actor: Actor, post: Post, title: str, roles: Iterable[str]) -> None:
    """Change title and roles of a post; who holds it has the new roles from the next page on."""
    policies.check(actor, MANAGE)
    held = sorted({Role(role).value for role in roles})
    takes_away = Role.ADMINISTRATOR in post.roles and Role.ADMINISTRATOR not in held
    if takes_away and not _administrators(Q(valid_from__lte=clock.today()) & ~Q(post=post)):
        raise LastAdministrator
    former = list(post.roles)
    post.title, post.roles, post.is_head = title, held, Role.HEAD.value in held
    post.full_clean()
    post.save(update_fields=["title", "roles", "is_head"])
    audit.append(
        actor=actor.audit_name,
        action="identity.post_changed",
        subject=f"identity.post:{post.code}",
        details={"former_roles": former, "roles": held},
    )


@transaction.atomic
def end_holding(*, actor: Actor, membership: Membership, last_day: date) -> None:
    """Let a person's time on a post end after a day; the last administrator stays."""
    policies.check(actor, MANAGE)
    stays = Q(valid_to=None) | Q(valid_to__gt=max(last_day, clock.today() - timedelta(days=1)))
    if Role.ADMINISTRATOR in membership.post.roles and not _administrators(stays & ~Q(pk=membership.pk)):
        raise LastAdministrator
    end_membership(actor=actor, membership=membership, last_day=last_day)


def _administrators(others: Q) -> bool:
    """Whether somebody administers the system by one of the memberships that hold today."""
    held = current_memberships().filter(others, account__is_active=True)
    return any(Role.ADMINISTRATOR in row.post.roles for row in held)
