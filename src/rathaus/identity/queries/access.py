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


def opens_access_set(actor: Actor, access_set_id: int) -> bool:
    """Whether the actor may open what carries this set. One query, and none when asked again and it was so."""
    if access_set_id in actor.opened_access_sets:
        return True
    opens = visible_access_sets(actor).filter(access_set_id=access_set_id).exists()
    if opens:
        actor.opened_access_sets.add(access_set_id)
    return opens


def remember_open(actor: Actor, access_set_id: int) -> None:
    """A query that was filtered by `visible_access_sets` has found something that carries this set."""
    actor.opened_access_sets.add(access_set_id)


def grant_filter(actor: Actor) -> Q:
    if actor.kind is ActorKind.SYSTEM:
        return Q()
    granted = Q(unit_id__in=sorted(actor.reachable_unit_ids), heads_only=False)
    if actor.headed_unit_ids:
        granted |= Q(unit_id__in=sorted(actor.headed_unit_ids), heads_only=True)
    if actor.unit_ids:  # whoever is named counts only while they work for the town
        granted |= Q(account_id=actor.account_id)
    return granted


def access_set_for_unit(unit: OrganizationalUnit) -> AccessSet:
    """The access set that the unit has had since it was created."""
    return AccessSet.objects.get(unit=unit)
