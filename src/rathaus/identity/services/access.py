from __future__ import annotations

from collections.abc import Collection

from django.db import transaction
from django.db.models import Count

from rathaus.identity.models import AccessGrant, AccessSet, OrganizationalUnit


@transaction.atomic
def access_set_for(units: Collection[OrganizationalUnit], name: str) -> AccessSet:
    """The access set shared by exactly these units; made on first use and then reused."""
    wanted = {unit.pk for unit in units}
    if not wanted:
        raise ValueError("An access set needs at least one unit.")
    found = AccessSet.objects.filter(grants__unit_id__in=wanted).annotate(granted=Count("grants"))
    for access_set in found.filter(granted=len(wanted)).prefetch_related("grants"):
        if {grant.unit_id for grant in access_set.grants.all()} == wanted:
            return access_set
    created = AccessSet.objects.create(name=name)
    AccessGrant.objects.bulk_create(
        AccessGrant(access_set=created, unit_id=unit_id) for unit_id in sorted(wanted)
    )
    return created
