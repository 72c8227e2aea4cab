from __future__ import annotations

import uuid
from collections.abc import Iterable

from django.db.models import Q, QuerySet

from rathaus.identity.models import Membership, OrganizationalUnit, Post, StandIn, UserAccount
from rathaus.kernel.public import clock


def current() -> Q:
    """Rows with a validity that holds today."""
    today = clock.today()
    return Q(valid_from__lte=today) & (Q(valid_to=None) | Q(valid_to__gte=today))


def units() -> QuerySet[OrganizationalUnit]:
    """All units, each below its parent."""
    return OrganizationalUnit.objects.order_by("path")


def unit_by_code(code: str) -> OrganizationalUnit:
    """The unit; raises `OrganizationalUnit.DoesNotExist`."""
    return OrganizationalUnit.objects.get(code=code)


def posts() -> QuerySet[Post]:
    return Post.objects.select_related("unit").order_by("unit__path", "code")


def current_memberships() -> QuerySet[Membership]:
    return Membership.objects.filter(current()).select_related("account", "post__unit")


def current_stand_ins() -> QuerySet[StandIn]:
    return StandIn.objects.filter(current()).select_related("absent", "substitute")


def staff_of(unit_ids: Iterable[int], role: str | None = None) -> list[UserAccount]:
    """People who hold a post in these units today (with the role, if given), by family name."""
    held = current_memberships().filter(post__unit_id__in=list(unit_ids), account__is_active=True)
    people = {row.account for row in held if role is None or role in row.post.roles}
    return sorted(people, key=lambda account: (account.family_name, account.given_name, str(account.pk)))


def person_name(account_id: uuid.UUID) -> str:
    """The person's full name, empty if there is no such account."""
    account = UserAccount.objects.filter(pk=account_id).only("given_name", "family_name", "email").first()
    return str(account) if account else ""


def person_names(account_ids: Iterable[uuid.UUID]) -> dict[uuid.UUID, str]:
    """Names of several people in one query."""
    accounts = UserAccount.objects.filter(pk__in=set(account_ids)).only("given_name", "family_name", "email")
    return {account.pk: str(account) for account in accounts}
