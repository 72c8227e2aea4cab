"""Changes to the catalogue that need no new version."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.db import transaction

from rathaus.blueprints.models import LifeSituation, Service
from rathaus.blueprints.rules import INSTALL
from rathaus.identity.public import Actor, policies
from rathaus.kernel.public import audit


@transaction.atomic
def switch_service(*, actor: Actor, service: Service, is_active: bool, reason: Mapping[str, str]) -> None:
    """Switch a service on or off; the page of a service that is off says the reason."""
    policies.check(actor, INSTALL)
    service.is_active = is_active
    service.inactive_reason = {} if is_active else dict(reason)
    service.save(update_fields=["is_active", "inactive_reason"])
    audit.append(
        actor=actor.audit_name,
        action="blueprints.switched_on" if is_active else "blueprints.switched_off",
        subject=f"blueprints.service:{service.slug}",
        details={"reason": dict(reason)},
    )


@transaction.atomic
def set_life_situations(*, actor: Actor, entries: Sequence[Mapping[str, Any]]) -> None:
    """Make the town's life situations what ``entries`` say (key, title, summary, icon), in their order."""
    policies.check(actor, INSTALL)
    for position, entry in enumerate(entries):
        LifeSituation.objects.update_or_create(
            key=entry["key"],
            defaults={
                "title": entry["title"],
                "summary": entry.get("summary", {}),
                "icon": entry.get("icon", ""),
                "position": position,
            },
        )
    LifeSituation.objects.exclude(key__in=[entry["key"] for entry in entries]).delete()
    audit.append(
        actor=actor.audit_name, action="blueprints.life_situations_set", subject="blueprints.life_situations"
    )
