from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from django.db import transaction
from django.utils.translation import gettext as _

from rathaus.engines.records.enums import CaseState
from rathaus.engines.records.errors import TransitionRefused
from rathaus.engines.records.events import CaseClosed, CaseStateChanged
from rathaus.engines.records.models import Case, Dossier
from rathaus.engines.records.rules import may_change
from rathaus.engines.records.services.timeline import note_in_timeline
from rathaus.identity.public import Actor, policies
from rathaus.kernel.public import audit, clock, events

BATCH = 500


@transaction.atomic
def set_case_state(*, actor: Actor, case: Case, state: str, reason: str = "") -> Case:
    """Move the case on; the state it has already changes nothing. Raises TransitionRefused."""
    target = _state(state)
    if target == CaseState.CLOSED:
        return close_case(actor=actor, case=case, reason=reason)
    _lock(case)
    policies.check(actor, "records.set_case_state", (case, target))
    if case.state == target:
        return case
    previous = _move(case, target)
    if target == CaseState.DECIDED:
        case.decided_at = clock.now()
    if target == CaseState.WITHDRAWN:
        # Nothing more is to come: it is filed with its end, and its retention period runs.
        case.filed_on = clock.today()
    case.save(update_fields=["state", "decided_at", "filed_on"])
    if target == CaseState.WITHDRAWN:
        _file_dossier(case)
    _record(actor, case, previous, f"state_{target.value}", {"reason": reason})
    return case


@transaction.atomic
def close_case(*, actor: Actor, case: Case, reason: str = "") -> Case:
    """File the case (z. d. A.). With its last case the dossier is filed, and its retention period begins."""
    _lock(case)
    if case.state == CaseState.CLOSED:
        return case
    policies.check(actor, "records.close_case", case)
    previous = _move(case, CaseState.CLOSED)
    case.filed_on = case.filed_on or clock.today()
    case.save(update_fields=["state", "filed_on"])
    retain_until = _file_dossier(case)
    details = {"reason": reason, "retain_until": retain_until.isoformat() if retain_until else None}
    _record(actor, case, previous, "closed", details)
    events.emit(CaseClosed(case_id=case.id))
    return case


@transaction.atomic
def reopen_case(*, actor: Actor, case: Case, reason: str) -> Case:
    """Take a closed case up again; the retention period ends and begins anew with the next closing."""
    _lock(case)
    policies.check(actor, "records.reopen_case", case)
    previous, case.state, case.filed_on = case.state, CaseState.IN_PROGRESS, None
    case.save(update_fields=["state", "filed_on"])
    Dossier.objects.filter(pk=case.dossier_id).update(filed_on=None, retain_until=None)
    _record(actor, case, previous, "reopened", {"reason": reason})
    return case


def file_withdrawn_cases() -> int:
    """File what was withdrawn before withdrawing did so by itself; returns how many. For the nightly job."""
    left = Case.objects.filter(state=CaseState.WITHDRAWN, filed_on=None).select_related("dossier")
    count = 0
    for case in left[:BATCH]:
        with transaction.atomic():
            _lock(case)
            case.filed_on = clock.today()
            case.save(update_fields=["filed_on"])
            _file_dossier(case)
        count += 1
    return count


def _state(state: str) -> CaseState:
    try:
        return CaseState(state)
    except ValueError:
        known = ", ".join(CaseState.values)
        message = _("There is no state “%(state)s”. Possible are: %(known)s.")
        raise TransitionRefused(message % {"state": state, "known": known}) from None


def _lock(case: Case) -> None:
    """Hold the row until the transaction ends, and see the state as it is, not as it was read."""
    case.state = Case.objects.select_for_update().values_list("state", flat=True).get(pk=case.pk)


def _move(case: Case, target: CaseState) -> str:
    previous = case.state
    if not may_change(previous, target):
        message = _("A case that is “%(previous)s” cannot become “%(target)s”.")
        names = {"previous": CaseState(previous).label, "target": target.label}
        raise TransitionRefused(message % names)
    case.state = target
    return previous


def _file_dossier(case: Case) -> date | None:
    """Retention counts from the end of the year in which the last case was closed; None while others run."""
    if Case.objects.filter(dossier_id=case.dossier_id, filed_on=None).exists():
        return None
    dossier = case.dossier
    dossier.filed_on = clock.today()
    dossier.retain_until = date(dossier.filed_on.year + dossier.retention_years, 12, 31)
    dossier.save(update_fields=["filed_on", "retain_until"])
    return dossier.retain_until


def _record(actor: Actor, case: Case, previous: str, kind: str, details: Mapping[str, object]) -> None:
    note_in_timeline(actor, case, kind, details, visible_to_applicant=True)
    audit.append(
        actor=actor.audit_name,
        action="records.case_state_changed",
        subject=case.audit_subject,
        details={"from": previous, "to": case.state},
    )
    events.emit(CaseStateChanged(case_id=case.id, previous=str(previous), state=str(case.state)))
