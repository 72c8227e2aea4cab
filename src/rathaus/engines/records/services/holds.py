from __future__ import annotations

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from rathaus.engines.records.errors import DisposalRefused
from rathaus.engines.records.models import Case, Dossier, Hold
from rathaus.engines.records.services.timeline import note_in_timeline
from rathaus.identity.public import Actor, policies
from rathaus.kernel.public import audit, clock


def place_hold(*, actor: Actor, case: Case, reason: str) -> Hold:
    """Löschsperre: keep the dossier of a case from disposal until the hold is lifted. Raises DisposalRefused."""
    policies.check(actor, "records.hold", case)
    reason = reason.strip()
    if not reason:
        raise DisposalRefused(_("Please say why the file must not be deleted."))
    try:
        with transaction.atomic():
            # Whoever destroys locks the same row.
            Dossier.objects.select_for_update().get(pk=case.dossier_id)
            hold = Hold.objects.create(
                dossier_id=case.dossier_id,
                reason=reason[:500],
                placed_by_name=actor.name,
                placed_at=clock.now(),
            )
            _record(actor, case, "hold_placed")
    except IntegrityError:
        raise DisposalRefused(_("The file is kept from deletion already.")) from None
    return hold


@transaction.atomic
def lift_hold(*, actor: Actor, case: Case) -> bool:
    """End the hold; False where none stands."""
    policies.check(actor, "records.hold", case)
    standing = Hold.objects.filter(dossier_id=case.dossier_id, lifted_at=None)
    lifted = standing.update(lifted_at=clock.now(), lifted_by_name=actor.name)
    if lifted:
        _record(actor, case, "hold_lifted")
    return bool(lifted)


def _record(actor: Actor, case: Case, kind: str) -> None:
    note_in_timeline(actor, case, kind)
    audit.append(
        actor=actor.audit_name,
        action=f"records.{kind}",
        subject=case.audit_subject,
        details={"dossier": case.dossier_id},
    )
