from __future__ import annotations

from django.db import transaction

from rathaus.identity import policies
from rathaus.identity.actor import Actor
from rathaus.identity.models import Town
from rathaus.identity.queries.town import forget_town
from rathaus.kernel.public import audit


@transaction.atomic
def update_town(*, actor: Actor, **fields: object) -> Town:
    """Set up the town or change some of its texts; letters issued before keep what they said."""
    policies.check(actor, "identity.manage_organization")
    town = Town.objects.first() or Town()
    for name, value in fields.items():
        Town._meta.get_field(name)
        setattr(town, name, value)
    town.full_clean(validate_unique=False, validate_constraints=False)
    town.save()
    forget_town()
    transaction.on_commit(forget_town)
    audit.append(
        actor=actor.audit_name, action="identity.town_changed", subject="identity.town:1",
        details={"fields": sorted(fields)},
    )  # fmt: skip
    return town
