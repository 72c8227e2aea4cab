"""Who acts: a value that travels from the door down to every service and query."""

from __future__ import annotations

import uuid
from dataclasses import dataclass, field

from rathaus.identity.enums import ActorKind, AssuranceLevel


@dataclass(frozen=True, slots=True)
class StoodInFor:
    account_id: uuid.UUID
    name: str


@dataclass(frozen=True, slots=True)
class HeldPost:
    """A post that counts today, one's own or (marked) that of an absent person."""

    post_id: int
    code: str
    unit_id: int
    roles: frozenset[str]
    is_head: bool
    on_behalf_of: StoodInFor | None = None


@dataclass(frozen=True, slots=True)
class Actor:
    """`unit_ids` are units whose cases one may work on: own and stood in for, never by a technical role."""

    kind: ActorKind
    account_id: uuid.UUID | None = None
    name: str = ""
    assurance: AssuranceLevel = AssuranceLevel.NONE
    language: str = "de"
    unit_ids: frozenset[int] = frozenset()
    own_unit_ids: frozenset[int] = frozenset()
    headed_unit_ids: frozenset[int] = frozenset()
    roles: frozenset[str] = frozenset()
    stands_in_for: tuple[StoodInFor, ...] = ()
    posts: tuple[HeldPost, ...] = ()
    # Access sets that were found open to this actor, kept for the one request or job that the actor lives for.
    opened_access_sets: set[int] = field(default_factory=set, init=False, repr=False, compare=False)

    @property
    def audit_name(self) -> str:
        return f"{self.kind}:{self.account_id}" if self.account_id else str(self.kind)

    @property
    def is_staff(self) -> bool:
        return self.kind is ActorKind.STAFF

    @property
    def is_authenticated(self) -> bool:
        return self.account_id is not None

    @property
    def reachable_unit_ids(self) -> frozenset[int]:
        """Units whose cases the actor may open: those worked for and those headed, with all below."""
        return self.unit_ids | self.headed_unit_ids

    def has_role(self, code: str, *, unit_id: int | None = None) -> bool:
        """Does the actor hold the role at all, or (with `unit_id`) in that very unit?"""
        if unit_id is None:
            return code in self.roles
        return any(post.unit_id == unit_id and code in post.roles for post in self.posts)

    def stands_in_at(self, unit_id: int) -> tuple[StoodInFor, ...]:
        """The absent persons for whom the actor works in this unit."""
        return tuple(
            post.on_behalf_of for post in self.posts if post.on_behalf_of and post.unit_id == unit_id
        )


SYSTEM = Actor(kind=ActorKind.SYSTEM, name="System", assurance=AssuranceLevel.HIGH)
ANONYMOUS = Actor(kind=ActorKind.ANONYMOUS)
