from __future__ import annotations

from django.db.models import Q, QuerySet

from rathaus.identity.actor import Actor
from rathaus.identity.enums import ActorKind
from rathaus.identity.models import AccessGrant, AccessSet, OrganizationalUnit


def visible_access_sets(actor: Actor) -> QuerySet[AccessGrant, int]:
    """Ids of the access sets the actor may open, unevaluated: use it as `access_set_id__in=`.

    Costs no query of its own. The system sees all; citizens and technical roles see none (a citizen's own
    cases are found by the applicant, not by an access set).
    """
    return AccessGrant.objects.filter(grant_filter(actor)).values_list("access_set_id", flat=True)


def grant_filter(actor: Actor) -> Q:
    if actor.kind is ActorKind.SYSTEM:
        return Q()
    return Q(unit_id__in=sorted(actor.reachable_unit_ids))


def access_set_for_unit(unit: OrganizationalUnit) -> AccessSet:
    """The access set that the unit has had since it was created."""
    return AccessSet.objects.get(unit=unit)
