from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta

from django.db import transaction

from rathaus.identity import policies
from rathaus.identity.actor import Actor
from rathaus.identity.enums import Role
from rathaus.identity.models import (
    AccessGrant,
    AccessSet,
    Membership,
    OrganizationalUnit,
    Post,
    StandIn,
    UserAccount,
)
from rathaus.identity.queries.organization import current
from rathaus.kernel.public import audit, clock


@transaction.atomic
def create_unit(
    *,
    actor: Actor,
    code: str,
    name: str,
    name_en: str = "",
    parent: OrganizationalUnit | None = None,
    phone: str = "",
    email: str = "",
    room: str = "",
    opening_hours: Iterable[object] = (),
) -> OrganizationalUnit:
    """Create a unit with its own access set, so that cases can be filed to it at once."""
    policies.check(actor, "identity.manage_organization")
    unit = OrganizationalUnit(
        code=code, name=name, name_en=name_en, parent=parent, path=_path(parent, code),
        phone=phone, email=email, room=room, opening_hours=list(opening_hours),
    )  # fmt: skip
    unit.full_clean(exclude=["parent"])
    unit.save(force_insert=True)
    access_set = AccessSet.objects.create(name=name, unit=unit)
    AccessGrant.objects.create(access_set=access_set, unit=unit)
    audit.append(actor=actor.audit_name, action="identity.unit_created", subject=f"identity.unit:{code}")
    return unit


@transaction.atomic
def move_unit(*, actor: Actor, unit: OrganizationalUnit, parent: OrganizationalUnit | None) -> None:
    """Put a unit with everything below it under another one; the heads above change with it."""
    policies.check(actor, "identity.manage_organization")
    if parent is not None and parent.is_within(unit):
        raise ValueError("A unit cannot be moved below itself.")
    former = unit.path
    below = list(OrganizationalUnit.objects.filter(path__startswith=former))
    unit.parent, unit.path = parent, _path(parent, unit.code)
    unit.save(update_fields=["parent", "path"])
    for child in below:
        child.path = unit.path + child.path.removeprefix(former)
    OrganizationalUnit.objects.bulk_update(below, ["path"])
    audit.append(
        actor=actor.audit_name, action="identity.unit_moved", subject=f"identity.unit:{unit.code}",
        details={"from": former, "to": unit.path},
    )  # fmt: skip


def _path(parent: OrganizationalUnit | None, code: str) -> str:
    return f"{parent.path if parent else ''}{code}/"


@transaction.atomic
def create_post(
    *,
    actor: Actor,
    code: str,
    title: str,
    unit: OrganizationalUnit,
    roles: Iterable[str] = (Role.CASE_WORKER,),
    is_head: bool = False,
) -> Post:
    """Create a post; who heads the unit also holds the role `head`, and the other way round."""
    policies.check(actor, "identity.manage_organization")
    held = {Role(role).value for role in roles}
    is_head = is_head or Role.HEAD.value in held
    post = Post(
        code=code, title=title, unit=unit, is_head=is_head,
        roles=sorted(held | ({Role.HEAD.value} if is_head else set())),
    )  # fmt: skip
    post.full_clean()
    post.save(force_insert=True)
    audit.append(
        actor=actor.audit_name, action="identity.post_created", subject=f"identity.post:{code}",
        details={"unit": unit.code, "roles": post.roles},
    )  # fmt: skip
    return post


@transaction.atomic
def assign_post(
    *,
    actor: Actor,
    account: UserAccount,
    post: Post,
    valid_from: date | None = None,
    valid_to: date | None = None,
) -> Membership:
    """Give a post to a person from a day on (default today); rights begin and end by these days."""
    policies.check(actor, "identity.manage_organization")
    membership = Membership.objects.create(
        account=account, post=post, valid_from=valid_from or clock.today(), valid_to=valid_to
    )
    _mark_employee(account)
    audit.append(
        actor=actor.audit_name, action="identity.post_assigned", subject=f"identity.account:{account.pk}",
        details={"post": post.code, **_days(membership)},
    )  # fmt: skip
    return membership


@transaction.atomic
def end_membership(*, actor: Actor, membership: Membership, last_day: date | None = None) -> None:
    """End it after `last_day`; without a day it ends at once (yesterday was the last)."""
    policies.check(actor, "identity.manage_organization")
    subject = f"identity.account:{membership.account_id}"
    last_day = last_day or clock.today() - timedelta(days=1)
    details = {"post": membership.post.code, "last_day": last_day.isoformat()}
    if last_day < membership.valid_from:
        membership.delete()
    else:
        membership.valid_to = last_day
        membership.save(update_fields=["valid_to"])
    audit.append(actor=actor.audit_name, action="identity.membership_ended", subject=subject, details=details)


@transaction.atomic
def appoint_stand_in(
    *,
    actor: Actor,
    absent: UserAccount,
    substitute: UserAccount,
    valid_from: date,
    valid_to: date | None = None,
    note: str = "",
) -> StandIn:
    """Let somebody take over a person's work from one day to another; nothing has to be switched on."""
    policies.check(actor, "identity.appoint_stand_in", (absent.pk, _unit_ids_of(absent)))
    stand_in = StandIn(
        absent=absent, substitute=substitute, valid_from=valid_from, valid_to=valid_to, note=note
    )
    stand_in.full_clean()
    stand_in.save(force_insert=True)
    _mark_employee(substitute)
    audit.append(
        actor=actor.audit_name, action="identity.stand_in_appointed",
        subject=f"identity.account:{absent.pk}",
        details={"substitute": str(substitute.pk), **_days(stand_in)},
    )  # fmt: skip
    return stand_in


@transaction.atomic
def revoke_stand_in(*, actor: Actor, stand_in: StandIn) -> None:
    """Take a stand-in back at once; what the substitute did stays in the audit trail."""
    policies.check(actor, "identity.appoint_stand_in", (stand_in.absent_id, _unit_ids_of(stand_in.absent)))
    audit.append(
        actor=actor.audit_name, action="identity.stand_in_revoked",
        subject=f"identity.account:{stand_in.absent_id}",
        details={"substitute": str(stand_in.substitute_id), **_days(stand_in)},
    )  # fmt: skip
    stand_in.delete()


def _unit_ids_of(account: UserAccount) -> frozenset[int]:
    held = Membership.objects.filter(current(), account=account)
    return frozenset(held.values_list("post__unit_id", flat=True))


def _days(row: Membership | StandIn) -> dict[str, str]:
    return {
        "valid_from": row.valid_from.isoformat(),
        "valid_to": row.valid_to.isoformat() if row.valid_to else "",
    }


def _mark_employee(account: UserAccount) -> None:
    if not account.is_employee:
        account.is_employee = True
        account.save(update_fields=["is_employee"])
