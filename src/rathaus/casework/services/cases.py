"""What happens to a case as a whole: handing it on, closing it, papers that come in."""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext as _

from rathaus.casework.rules import WORK
from rathaus.engines.forms import public as forms
from rathaus.engines.processes import public as processes
from rathaus.engines.records import public as records
from rathaus.identity.public import SYSTEM, Actor, OrganizationalUnit, policies


class NotPossible(ValueError):
    """The case is not in a state for this; the text says what to do instead."""


@transaction.atomic
def hand_on_case(*, actor: Actor, case: records.Case, unit: OrganizationalUnit, note: str) -> None:
    """Make another unit lead the case, with the open tasks of the unit that led it.

    Units that have other tasks in the case may still open it. Raises NotPossible.
    """
    policies.check(actor, WORK, case)
    former = case.lead_unit_id
    if unit.pk == former:
        raise NotPossible(_("The case lies with this office already."))
    records.hand_on_case(actor=actor, case=case, unit=unit, note=note)
    remaining = {task.unit_id for task in processes.open_tasks_of(case.pk)} - {former, unit.pk}
    for involved in OrganizationalUnit.objects.filter(pk__in=remaining):
        # The actor may have lost the case by handing it on; those who have work in it must not.
        records.involve_unit(actor=SYSTEM, case=case, unit=involved)
    processes.move_tasks(
        actor=actor, subject=case.pk, unit=unit.pk, access_set=case.access_set_id, from_unit=former
    )


@transaction.atomic
def close_case(*, actor: Actor, case: records.Case, reason: str) -> None:
    """File the case (z. d. A.). A process that still runs is ended, which needs a reason. Raises NotPossible."""
    policies.check(actor, WORK, case)
    if processes.current_elements(case.pk):
        if not reason.strip():
            raise NotPossible(_("The process of this case still runs. Say why it ends here."))
        processes.cancel_instances(actor=actor, subject=case.pk, reason=reason)
    records.close_case(actor=actor, case=case, reason=reason.strip())


def file_internal_document(
    *, actor: Actor, case: records.Case, upload: forms.Upload, title: str, visible_to_applicant: bool
) -> records.Document:
    """File an upload in the case; the applicant sees it only where that is wanted."""
    policies.check(actor, WORK, case)
    return records.file_document(
        actor=actor,
        case=case,
        title=title.strip() or upload.file_name,
        kind="attachment",
        direction=records.Direction.OUT if visible_to_applicant else records.Direction.INTERNAL,
        blob=upload.blob,
        file_name=upload.file_name,
        media_type=upload.media_type,
        visible_to_applicant=visible_to_applicant,
    )
