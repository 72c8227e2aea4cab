"""Who works where: the tree of the house, and the people one may choose from."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from dataclasses import dataclass, field

from django.db.models import Q, QuerySet

from rathaus.identity.public import (
    Actor,
    Membership,
    OrganizationalUnit,
    Post,
    Role,
    StandIn,
    UserAccount,
    current_memberships,
    posts,
    units,
)
from rathaus.kernel.public import clock


@dataclass(frozen=True)
class HeldPost:
    """A post with those who hold it today."""

    post: Post
    holders: list[Membership] = field(default_factory=list)


@dataclass(frozen=True)
class UnitNode:
    """A unit of the tree with its posts and the units below."""

    unit: OrganizationalUnit
    posts: list[HeldPost] = field(default_factory=list)
    children: list[UnitNode] = field(default_factory=list)


@dataclass(frozen=True)
class Person:
    """An employee as one chooses them: name and where they work."""

    account: UserAccount
    unit_ids: frozenset[int]
    label: str


def unit_tree() -> list[UnitNode]:
    """The whole house in three queries."""
    nodes = {unit.pk: UnitNode(unit) for unit in units()}
    held = {post.pk: HeldPost(post) for post in posts()}
    for membership in current_memberships().order_by("account__family_name", "account__given_name"):
        held[membership.post_id].holders.append(membership)
    for row in held.values():
        nodes[row.post.unit_id].posts.append(row)
    roots: list[UnitNode] = []
    for node in nodes.values():
        above = nodes[node.unit.parent_id].children if node.unit.parent_id else roots
        above.append(node)
    for node in nodes.values():
        node.posts.sort(key=lambda row: (not row.post.is_head, row.post.title))
        node.children.sort(key=lambda child: child.unit.name)
    return sorted(roots, key=lambda root: root.unit.name)


def memberships_in(unit: OrganizationalUnit) -> QuerySet[Membership]:
    """Everybody who holds, held or will hold a post of the unit."""
    return (
        Membership.objects.filter(post__unit=unit)
        .select_related("account")
        .order_by("account__family_name", "account__given_name", "valid_from")
    )


def employees() -> list[Person]:
    """Everybody who holds a post today, by family name; one query."""
    found: dict[uuid.UUID, tuple[UserAccount, dict[int, str]]] = {}
    for row in current_memberships().filter(account__is_active=True):
        _account, at = found.setdefault(row.account_id, (row.account, {}))
        at[row.post.unit_id] = row.post.unit.name
    people = [
        Person(account, frozenset(at), f"{_listed(account)} ({', '.join(sorted(at.values()))})")
        for account, at in found.values()
    ]
    return sorted(people, key=lambda person: person.label)


def _listed(account: UserAccount) -> str:
    name = ", ".join(part for part in (account.family_name, account.given_name) if part)
    return name or str(account)


def stand_ins_visible_to(actor: Actor) -> QuerySet[StandIn]:
    """One's own absences and those one stands in for; heads see their people's, administrators all."""
    rows = StandIn.objects.select_related("absent", "substitute").order_by("valid_from", "pk")
    if actor.has_role(Role.ADMINISTRATOR):
        return rows
    own = Q(absent_id=actor.account_id) | Q(substitute_id=actor.account_id)
    if not actor.headed_unit_ids:
        return rows.filter(own)
    today = clock.today()
    held = Membership.objects.filter(
        Q(valid_to=None) | Q(valid_to__gte=today),
        valid_from__lte=today,
        post__unit_id__in=actor.headed_unit_ids,
    )
    return rows.filter(own | Q(absent_id__in=held.values("account_id")))


def absent_persons(actor: Actor, people: Iterable[Person]) -> list[Person]:
    """Those of the people for whom the actor may appoint a stand-in, besides themselves."""
    others = [person for person in people if person.account.pk != actor.account_id]
    if actor.has_role(Role.ADMINISTRATOR):
        return others
    return [person for person in others if person.unit_ids & actor.headed_unit_ids]
