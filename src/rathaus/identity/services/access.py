from __future__ import annotations

import hashlib
import json
from collections.abc import Collection
from uuid import UUID

from django.db import transaction
from django.db.models import Count, Q

from rathaus.identity.models import AccessGrant, AccessSet, OrganizationalUnit


@transaction.atomic
def access_set_for(units: Collection[OrganizationalUnit], name: str) -> AccessSet:
    """The access set shared by exactly these units; made on first use and then reused."""
    wanted = {unit.pk for unit in units}
    if not wanted:
        raise ValueError("An access set needs at least one unit.")
    in_common = Q(grants__unit_id__in=wanted, grants__heads_only=False)
    found = AccessSet.objects.filter(in_common).annotate(granted=Count("grants"))
    for access_set in found.filter(granted=len(wanted)).prefetch_related("grants"):
        grants = access_set.grants.all()
        if {grant.unit_id for grant in grants if not grant.heads_only} == wanted:
            return access_set
    created = AccessSet.objects.create(name=name)
    AccessGrant.objects.bulk_create(
        AccessGrant(access_set=created, unit_id=unit_id) for unit_id in sorted(wanted)
    )
    return created


@transaction.atomic
def closed_access_set_for(*, unit_ids: Collection[int], account_ids: Collection[UUID]) -> AccessSet:
    """The access set of protected cases: the heads of these units and these persons, nobody else.

    Its name is the digest of who is in it, so that cases with the same circle share one set.
    """
    if not unit_ids and not account_ids:
        raise ValueError("An access set needs at least one unit or person.")
    members = [sorted(set(unit_ids)), sorted(str(account_id) for account_id in set(account_ids))]
    name = f"protected:{hashlib.sha256(json.dumps(members).encode()).hexdigest()[:40]}"
    found = AccessSet.objects.filter(name=name, unit=None).order_by("pk").first()
    if found is not None:
        return found
    created = AccessSet.objects.create(name=name)
    heads = [
        AccessGrant(access_set=created, unit_id=unit_id, heads_only=True) for unit_id in sorted(set(unit_ids))
    ]
    people = [
        AccessGrant(access_set=created, account_id=account_id) for account_id in sorted(set(account_ids))
    ]
    AccessGrant.objects.bulk_create([*heads, *people])
    return created
