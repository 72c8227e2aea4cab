"""Besonderer Schutz: the case opens for heads and named persons only, and each reading leaves an entry in the audit."""

from __future__ import annotations

from collections.abc import Collection
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from rathaus.engines.records.enums import Protection, ReadPurpose
from rathaus.engines.records.errors import ProtectionRefused
from rathaus.engines.records.models import Case, CaseProtection, Disclosure, Dossier
from rathaus.engines.records.queries.protection import circle_of, running_block
from rathaus.engines.records.services.cases import move_search_entry
from rathaus.engines.records.services.timeline import note_in_timeline
from rathaus.identity.public import (
    Actor,
    OrganizationalUnit,
    UserAccount,
    access_set_for,
    closed_access_set_for,
    policies,
)
from rathaus.kernel.public import audit, clock

READ = "records.protected_read"


@transaction.atomic
def protect_case(
    *,
    actor: Actor,
    case: Case,
    origin: str = Protection.BY_HAND,
    reason: str = "",
    people: Collection[UserAccount] = (),
    asks_purpose: bool = False,
) -> CaseProtection:
    """Close the circle: the heads of the units that worked on it, who it is assigned to, and the people named.

    Whoever calls it lets the tasks follow (``processes.restrict_instances``). Raises ProtectionRefused.
    """
    policies.check(actor, "records.protect_case", case)
    if origin == Protection.BY_HAND and not reason.strip():
        raise ProtectionRefused(_("Please say why this case needs special protection."))
    circle = circle_of(case)
    _refuse_wrong(case, people)
    named = {person.pk for person in people} | ({case.assignee_id} if case.assignee_id else set())
    close_circle(case, circle.unit_ids, named | circle.account_ids)
    protection, is_new = CaseProtection.objects.get_or_create(
        case=case,
        defaults={
            "origin": origin,
            "reason": reason.strip()[:500],
            "asks_purpose": asks_purpose,
            "set_by_name": actor.name,
            "set_at": clock.now(),
        },
    )
    if is_new:
        _record(actor, case, "protected", origin=str(origin))
    return protection


@transaction.atomic
def change_circle(*, actor: Actor, case: Case, people: Collection[UserAccount], asks_purpose: bool) -> None:
    """Name the persons anew who may open the case besides the heads. Raises ProtectionRefused."""
    policies.check(actor, "records.protect_case", case)
    _refuse_wrong(case, people)
    close_circle(case, circle_of(case).unit_ids, {person.pk for person in people})
    CaseProtection.objects.filter(case=case).update(asks_purpose=asks_purpose)
    if case.assignee_id and case.assignee_id not in {person.pk for person in people}:
        case.assignee = None
        case.save(update_fields=["assignee"])
    _record(actor, case, "protection_changed", people=len(people))


@transaction.atomic
def add_reader(*, actor: Actor, case: Case, account: UserAccount) -> None:
    """Let one more person in, as somebody who was asked to co-sign; nothing for a case without protection."""
    policies.check(actor, "records.edit_case", case)
    circle = circle_of(case)
    if not case.is_protected or account.pk in circle.account_ids:
        return
    close_circle(case, circle.unit_ids, circle.account_ids | {account.pk})
    _record(actor, case, "protection_changed", people=len(circle.account_ids) + 1)


@transaction.atomic
def lift_protection(*, actor: Actor, case: Case) -> None:
    """Open the case to its units again. Raises ProtectionRefused while an information block holds."""
    policies.check(actor, "records.protect_case", case)
    if not case.is_protected:
        raise ProtectionRefused(_("This case is not especially protected."))
    if running_block(case) is not None:
        raise ProtectionRefused(
            _("An information block holds for the applicant. As long as it does, the case stays protected.")
        )
    units = list(OrganizationalUnit.objects.filter(pk__in=circle_of(case).unit_ids))
    case.is_protected = False
    case.access_set = access_set_for(units, " + ".join(sorted(unit.code for unit in units))[:200])
    _save(case)
    CaseProtection.objects.filter(case=case).delete()
    _record(actor, case, "protection_lifted")


def close_circle(case: Case, unit_ids: Collection[int], account_ids: Collection[UUID]) -> None:
    """Give a case the access set of these heads and persons; for services that have checked the actor."""
    case.is_protected = True
    case.access_set = closed_access_set_for(unit_ids=unit_ids, account_ids=account_ids)
    _save(case)


def _save(case: Case) -> None:
    case.save(update_fields=["is_protected", "access_set"])
    if not Case.objects.filter(dossier_id=case.dossier_id).exclude(pk=case.pk).exists():
        Dossier.objects.filter(pk=case.dossier_id).update(access_set_id=case.access_set_id)
    move_search_entry(case)


def _refuse_wrong(case: Case, people: Collection[UserAccount]) -> None:
    for person in people:
        if not person.is_employee or person.pk == case.applicant_id:
            raise ProtectionRefused(
                _(
                    "%(name)s cannot be named: only people who work for the town, and nobody in their own matter."
                )
                % {"name": person.name}
            )


def note_read(*, actor: Actor, case: Case, page: str, purpose: str = "") -> None:
    """One entry in the audit for one reading of a protected case; nothing for any other case."""
    if not case.is_protected:
        return
    details = {"page": page}
    if purpose:
        details["purpose"] = ReadPurpose(purpose).value
    audit.append(actor=actor.audit_name, action=READ, subject=case.audit_subject, details=details)


@transaction.atomic
def note_disclosure(
    *, actor: Actor, case: Case, recipient: str, note: str, was_refused: bool, is_confirmed: bool
) -> Disclosure:
    """Write down that data of the case went to a third party, or were refused. Raises ProtectionRefused."""
    policies.check(actor, "records.read_case", case)
    recipient, note = recipient.strip(), note.strip()
    if not recipient or not note:
        raise ProtectionRefused(_("Please say to whom, what, and on which legal basis."))
    if not was_refused and not is_confirmed:
        raise ProtectionRefused(
            _("Please confirm that the disclosure has been examined. Without it nothing may be disclosed.")
        )
    made = Disclosure.objects.create(
        case=case,
        recipient=recipient[:250],
        note=note,
        was_refused=was_refused,
        made_by_name=actor.name,
        made_at=clock.now(),
    )
    kind = "disclosure_refused" if was_refused else "disclosed"
    note_in_timeline(actor, case, kind, {"recipient": made.recipient, "note": note})
    audit.append(
        actor=actor.audit_name,
        action=f"records.{kind}",
        subject=case.audit_subject,
        details={"disclosure": made.pk},
    )
    return made


def _record(actor: Actor, case: Case, kind: str, **details: object) -> None:
    note_in_timeline(actor, case, kind)
    audit.append(
        actor=actor.audit_name,
        action=f"records.{kind}",
        subject=case.audit_subject,
        details=details,
    )
