from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal

from django.db import transaction

from rathaus.identity.public import Actor, OrganizationalUnit, Role, policies
from rathaus.kernel.public import audit

from ..enums import LetterKind
from ..models import LetterTemplateVersion, SigningAuthority
from ..rules import signs
from .templates import compiled


def may_sign(actor: Actor, template_version: LetterTemplateVersion, amount: Decimal | None = None) -> bool:
    """Zeichnungsbefugnis: whether one of the actor's posts signs this kind of letter up to this amount."""
    units = {post.unit_id for post in actor.posts}
    authorities = SigningAuthority.objects.filter(unit_id__in=units)
    return signs(actor, authorities, compiled(template_version).kind, amount)


@transaction.atomic
def grant_signing_authority(
    *,
    actor: Actor,
    unit: OrganizationalUnit,
    post_role: Role | str,
    kinds: Iterable[LetterKind] = (),
    amount_limit: Decimal | None = None,
) -> SigningAuthority:
    """Let a role of a unit sign; from then on nobody of that unit signs without an authority."""
    policies.check(actor, "correspondence.manage_signing")
    values = {"kinds": [str(kind) for kind in kinds], "amount_limit": amount_limit}
    authority, _created = SigningAuthority.objects.update_or_create(
        unit=unit, post_role=str(post_role), defaults=values
    )
    _audit(actor, "correspondence.signing_granted", authority, **values)
    return authority


@transaction.atomic
def revoke_signing_authority(*, actor: Actor, authority: SigningAuthority) -> None:
    """Take the authority away; a unit without any follows the general rule again."""
    policies.check(actor, "correspondence.manage_signing")
    _audit(actor, "correspondence.signing_revoked", authority)
    authority.delete()


def _audit(actor: Actor, action: str, authority: SigningAuthority, **details: object) -> None:
    audit.append(
        actor=actor.audit_name,
        action=action,
        subject=f"identity.unit:{authority.unit.code}",
        details={"role": authority.post_role, **details},
    )
