"""Mitzeichnung: asking for a second signature, giving or declining it."""

from __future__ import annotations

from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from rathaus.casework.enums import CoSignatureState
from rathaus.casework.events import CoSignatureGiven, CoSignatureRequested
from rathaus.casework.models import CoSignature
from rathaus.casework.rules import CO_SIGN, WORK
from rathaus.casework.services.protection import keep_tasks_closed
from rathaus.engines.records import public as records
from rathaus.identity.public import Actor, OrganizationalUnit, UserAccount, actor_for, policies
from rathaus.kernel.public import audit, clock, events


class CoSignatureRefused(ValueError):
    """The request or the answer is not possible; the text says why."""


@transaction.atomic
def request_co_signature(
    *,
    actor: Actor,
    case: records.Case,
    signer: UserAccount | None = None,
    unit: OrganizationalUnit | None = None,
    text: str = "",
    is_required: bool = True,
) -> CoSignature:
    """Ask a person, or the head of a unit, to sign as well; whoever is asked may open the case from then on.

    Raises CoSignatureRefused: oneself, or a person who has been asked already.
    """
    policies.check(actor, WORK, case)
    if (signer is None) == (unit is None):
        raise CoSignatureRefused(_("Choose either a person or an office whose head shall sign."))
    if signer is not None and signer.pk == actor.account_id:
        raise CoSignatureRefused(_("You cannot co-sign your own work. Choose somebody else."))
    if CoSignature.objects.filter(case=case, signer=signer, unit=unit, state=CoSignatureState.OPEN).exists():
        raise CoSignatureRefused(_("This co-signature has been asked for already."))
    wanted = CoSignature.objects.create(
        case=case,
        signer=signer,
        unit=unit,
        text=text.strip(),
        is_required=is_required,
        requested_by_id=actor.account_id,
        requested_by_name=actor.name,
        requested_at=clock.now(),
    )
    _let_in(actor, case, wanted)
    details = {"signer": wanted.wanted_from, "text": wanted.text}
    records.add_timeline_entry(actor=actor, case=case, kind="co_signature_requested", details=details)
    _audit(actor, wanted, "requested")
    events.emit(CoSignatureRequested(co_signature_id=wanted.pk, case_id=case.pk))
    return wanted


def _let_in(actor: Actor, case: records.Case, wanted: CoSignature) -> None:
    """The signer's first unit may open the case, unless the signer sees it anyway."""
    if wanted.signer is None:
        assert wanted.unit is not None  # one of them, by constraint
        records.involve_unit(actor=actor, case=case, unit=wanted.unit)
        keep_tasks_closed(case)
        return
    signer = actor_for(wanted.signer)
    if records.cases_visible_to(signer).filter(pk=case.pk).exists():
        return
    if case.is_protected:
        records.add_reader(actor=actor, case=case, account=wanted.signer)
        keep_tasks_closed(case)
        return
    unit = OrganizationalUnit.objects.filter(pk__in=signer.own_unit_ids).order_by("path").first()
    if unit is None:
        raise CoSignatureRefused(_("This person works in no office at the moment."))
    records.involve_unit(actor=actor, case=case, unit=unit)


@transaction.atomic
def answer_co_signature(*, actor: Actor, co_signature_id: UUID, signs: bool, note: str = "") -> CoSignature:
    """Sign or decline. Raises CoSignatureRefused: declined without a reason, or answered already."""
    wanted = (
        CoSignature.objects.select_for_update(of=("self",))
        .select_related("case", "signer", "unit")
        .get(pk=co_signature_id)
    )
    if not wanted.is_open:
        raise CoSignatureRefused(_("This request has been answered already."))
    policies.check(actor, CO_SIGN, wanted)
    if not signs and not note.strip():
        raise CoSignatureRefused(_("Please say why you do not sign."))
    wanted.state = CoSignatureState.SIGNED if signs else CoSignatureState.DECLINED
    wanted.note = note.strip()
    wanted.given_by_id, wanted.given_by_name, wanted.given_at = actor.account_id, actor.name, clock.now()
    wanted.save(update_fields=["state", "note", "given_by", "given_by_name", "given_at"])
    kind = "co_signature_signed" if signs else "co_signature_declined"
    records.add_timeline_entry(
        actor=actor, case=wanted.case, kind=kind, details={"note": wanted.note, "signer": actor.name}
    )
    _audit(actor, wanted, str(wanted.state))
    events.emit(CoSignatureGiven(co_signature_id=wanted.pk, case_id=wanted.case_id, state=str(wanted.state)))
    return wanted


@transaction.atomic
def withdraw_co_signature(*, actor: Actor, co_signature_id: UUID) -> CoSignature:
    """Take a request back, so that it holds nothing up any longer. One that has been answered stays."""
    wanted = (
        CoSignature.objects.select_for_update(of=("self",)).select_related("case").get(pk=co_signature_id)
    )
    policies.check(actor, WORK, wanted.case)
    if wanted.is_open:
        wanted.state = CoSignatureState.WITHDRAWN
        wanted.save(update_fields=["state"])
        details = {"signer": wanted.wanted_from}
        records.add_timeline_entry(
            actor=actor, case=wanted.case, kind="co_signature_withdrawn", details=details
        )
        _audit(actor, wanted, "withdrawn")
    return wanted


def _audit(actor: Actor, wanted: CoSignature, what: str) -> None:
    audit.append(
        actor=actor.audit_name,
        action=f"casework.co_signature_{what}",
        subject=f"records.case:{wanted.case_id}",
        details={"co_signature": wanted.pk},
    )
