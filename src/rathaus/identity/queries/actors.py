from __future__ import annotations

import json
import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.db import connection

from rathaus.identity.actor import ANONYMOUS, Actor, HeldPost, StoodInFor
from rathaus.identity.enums import TECHNICAL_ROLES, ActorKind, AssuranceLevel, Role
from rathaus.identity.models import UserAccount
from rathaus.kernel.public import clock

# One statement for everything a person may do today: own memberships, those of the persons stood in for,
# and for heads every unit below. The prefix is compared with substr, as LIKE would read _ as a wildcard.
_POSTS_OF = """
SELECT holder.id, holder.given_name, holder.family_name,
       post.id, post.code, post.roles, post.is_head, post.unit_id, below.id
FROM identity_membership AS membership
JOIN identity_useraccount AS holder ON holder.id = membership.account_id
JOIN identity_post AS post ON post.id = membership.post_id
JOIN identity_organizationalunit AS unit ON unit.id = post.unit_id
LEFT JOIN identity_organizationalunit AS below
       ON post.is_head AND substr(below.path, 1, length(unit.path)) = unit.path
WHERE membership.valid_from <= %(today)s
  AND (membership.valid_to IS NULL OR membership.valid_to >= %(today)s)
  AND holder.is_active
  AND (membership.account_id = %(account)s OR membership.account_id IN (
       SELECT absence.absent_id FROM identity_standin AS absence
       WHERE absence.substitute_id = %(account)s AND absence.valid_from <= %(today)s
         AND (absence.valid_to IS NULL OR absence.valid_to >= %(today)s)))
ORDER BY post.code, holder.id, below.id
"""


@dataclass(frozen=True, slots=True)
class _Row:
    holder_id: uuid.UUID
    given_name: str
    family_name: str
    post_id: int
    code: str
    roles: frozenset[str]
    is_head: bool
    unit_id: int
    unit_below_id: int | None


def actor_for(
    account: UserAccount | AnonymousUser | None,
    *,
    assurance: AssuranceLevel | None = None,
    has_posts: bool = True,
) -> Actor:
    """The actor for an account as of today: one query, none for people who never held a post.

    `assurance` is the level of the current session; without it the account's proven level counts. Without
    `has_posts` the person is taken as the citizen that they also are.
    """
    if not isinstance(account, UserAccount) or not account.is_active:
        return ANONYMOUS
    rows = _rows_for(account) if account.is_employee and has_posts else ()
    level = AssuranceLevel(account.assurance) if assurance is None else assurance
    return _compose(account, rows, level)


def _rows_for(account: UserAccount) -> tuple[_Row, ...]:
    account_id = UserAccount._meta.pk.get_db_prep_value(account.pk, connection)
    today = connection.ops.adapt_datefield_value(clock.today())
    with connection.cursor() as cursor:
        cursor.execute(_POSTS_OF, {"account": account_id, "today": today})
        return tuple(_row(values) for values in cursor.fetchall())


def _row(values: tuple[Any, ...]) -> _Row:
    holder_id, given_name, family_name, post_id, code, roles, is_head, unit_id, unit_below_id = values
    return _Row(
        holder_id=holder_id if isinstance(holder_id, uuid.UUID) else uuid.UUID(holder_id),
        given_name=given_name,
        family_name=family_name,
        post_id=post_id,
        code=code,
        roles=frozenset(json.loads(roles) if isinstance(roles, str) else roles),
        is_head=bool(is_head),
        unit_id=unit_id,
        unit_below_id=unit_below_id,
    )


def _compose(account: UserAccount, rows: Iterable[_Row], assurance: AssuranceLevel) -> Actor:
    rows = tuple(rows)
    posts = tuple(dict.fromkeys(_held_post(row, account.pk) for row in rows))
    working = [post for post in posts if post.is_head or post.roles - TECHNICAL_ROLES]
    return Actor(
        kind=ActorKind.STAFF if posts else ActorKind.CITIZEN,
        account_id=account.pk,
        name=account.name or account.email or "",
        assurance=assurance,
        language=account.language,
        unit_ids=frozenset(post.unit_id for post in working),
        own_unit_ids=frozenset(post.unit_id for post in working if not post.on_behalf_of),
        headed_unit_ids=frozenset(row.unit_below_id for row in rows if row.unit_below_id is not None),
        roles=frozenset().union(*(post.roles for post in posts)),
        stands_in_for=tuple(dict.fromkeys(post.on_behalf_of for post in posts if post.on_behalf_of)),
        posts=posts,
    )


def _held_post(row: _Row, account_id: uuid.UUID) -> HeldPost:
    """Technical roles stay with the person: a stand-in takes over work, not the keys of the system."""
    own = row.holder_id == account_id
    absent = StoodInFor(row.holder_id, f"{row.given_name} {row.family_name}".strip())
    roles = row.roles | ({Role.HEAD.value} if row.is_head else frozenset())
    return HeldPost(
        post_id=row.post_id,
        code=row.code,
        unit_id=row.unit_id,
        roles=roles if own else roles - TECHNICAL_ROLES,
        is_head=row.is_head,
        on_behalf_of=None if own else absent,
    )
