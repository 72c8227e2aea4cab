"""Aussonderung: proposing, deciding and confirming. Carrying it out is in ``destruction``."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db import transaction
from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext as _

from rathaus.engines.records.enums import DisposalDecision, DisposalRule, DisposalState
from rathaus.engines.records.errors import DisposalRefused
from rathaus.engines.records.events import DisposalConfirmed
from rathaus.engines.records.models import Case, DisposalItem, DisposalList, Dossier, Hold
from rathaus.identity.public import Actor, OrganizationalUnit, policies
from rathaus.kernel.public import audit, clock, events, numbering

MAX_ITEMS = 500
LIST_PATTERN = "AUS-{year}-{n:04d}"
PROPOSED = {
    DisposalRule.OFFER.value: DisposalDecision.UNDECIDED,
    DisposalRule.DESTROY.value: DisposalDecision.DESTROY,
    DisposalRule.KEEP.value: DisposalDecision.KEEP,
}


@dataclass(frozen=True, slots=True)
class Choice:
    """What was chosen for one dossier; ``keep_until`` only for keeping it longer."""

    decision: str
    keep_until: date | None = None


def due_dossiers() -> QuerySet[Dossier]:
    """Filed dossiers whose period is over, that nothing holds, and that stand on no list that is still open."""
    on_a_list = DisposalItem.objects.filter(dossier_id=OuterRef("pk")).exclude(
        disposal_list__state=DisposalState.DONE
    )
    held = Hold.objects.filter(dossier_id=OuterRef("pk"), lifted_at=None)
    running = Case.objects.filter(dossier_id=OuterRef("pk"), filed_on=None)
    return Dossier.objects.filter(~Exists(on_a_list), ~Exists(held), ~Exists(running)).filter(
        filed_on__isnull=False, retain_until__lt=clock.today()
    )


def propose_disposals() -> int:
    """Put what is due on new lists, one for each unit; returns how many dossiers. For the nightly job."""
    count = 0
    for unit in OrganizationalUnit.objects.filter(pk__in=due_dossiers().values("unit_id")):
        while found := _propose(unit):
            count += found
    return count


@transaction.atomic
def _propose(unit: OrganizationalUnit) -> int:
    due = due_dossiers().filter(unit=unit).exclude(plan_entry__disposal=DisposalRule.KEEP)
    dossiers = list(
        due.select_related("plan_entry")
        .annotate(case_count=Count("cases", distinct=True), document_count=Count("cases__documents"))
        .order_by("retain_until", "pk")[:MAX_ITEMS]
    )
    if not dossiers:
        return 0
    number = numbering.draw("records.disposal", LIST_PATTERN, year=clock.today().year)
    made = DisposalList.objects.create(
        number=number, unit_id=unit.pk, unit_name=unit.name, created_at=clock.now()
    )
    DisposalItem.objects.bulk_create([_item(made, dossier) for dossier in dossiers])
    audit.append(
        actor="system",
        action="records.disposal_proposed",
        subject=made_subject(made),
        details={"dossiers": len(dossiers), "unit": unit.code},
    )
    return len(dossiers)


def _item(made: DisposalList, dossier: Dossier) -> DisposalItem:
    entry = dossier.plan_entry
    assert dossier.filed_on is not None and dossier.retain_until is not None
    return DisposalItem(
        disposal_list=made,
        dossier_id=dossier.pk,
        file_reference=dossier.file_reference,
        plan_code=entry.code,
        plan_title=entry.title,
        rule=entry.disposal,
        legal_basis=entry.retention_basis,
        retention_years=dossier.retention_years,
        filed_on=dossier.filed_on,
        retain_until=dossier.retain_until,
        cases=dossier.case_count,  # type: ignore[attr-defined]  # annotated above
        documents=dossier.document_count,  # type: ignore[attr-defined]  # annotated above
        decision=PROPOSED[entry.disposal],
    )


def made_subject(made: DisposalList) -> str:
    return f"records.disposal:{made.number}"


@transaction.atomic
def decide_disposal(*, actor: Actor, list_id: UUID, choices: Mapping[int, Choice]) -> DisposalList:
    """Note what one person decides about each dossier; complete lists wait for the second. Raises DisposalRefused."""
    made = _locked(actor, list_id, {DisposalState.OPEN, DisposalState.DECIDED})
    items = list(made.items.all())
    if not any(item.pk in choices for item in items):
        raise DisposalRefused(_("Please decide on at least one file."))
    for item in items:
        chosen = choices.get(item.pk)
        if chosen is not None:
            item.decision, item.keep_until = _checked(chosen)
    DisposalItem.objects.bulk_update(items, ["decision", "keep_until"])
    is_complete = all(item.decision != DisposalDecision.UNDECIDED for item in items)
    made.state = DisposalState.DECIDED if is_complete else DisposalState.OPEN
    made.decided_by, made.decided_by_name, made.decided_at = actor.audit_name, actor.name, clock.now()
    made.save(update_fields=["state", "decided_by", "decided_by_name", "decided_at"])
    _audit(actor, made, "records.disposal_decided", items)
    return made


def _checked(chosen: Choice) -> tuple[str, date | None]:
    decision = DisposalDecision(chosen.decision)
    if decision != DisposalDecision.KEEP:
        return decision, None
    if chosen.keep_until is None or chosen.keep_until <= clock.today():
        raise DisposalRefused(_("For “keep longer”, please give a day in the future."))
    return decision, chosen.keep_until


@transaction.atomic
def confirm_disposal(*, actor: Actor, list_id: UUID) -> DisposalList:
    """The second person confirms (Vier-Augen-Prinzip); a job carries it out. Raises DisposalRefused."""
    made = _locked(actor, list_id, {DisposalState.DECIDED})
    if made.decided_by == actor.audit_name:
        raise DisposalRefused(
            _(
                "You have decided on this list yourself. Another person has to confirm it before anything is deleted."
            )
        )
    made.state = DisposalState.RUNNING
    made.confirmed_by, made.confirmed_by_name, made.confirmed_at = actor.audit_name, actor.name, clock.now()
    made.save(update_fields=["state", "confirmed_by", "confirmed_by_name", "confirmed_at"])
    _audit(actor, made, "records.disposal_confirmed", made.items.all())
    events.emit(DisposalConfirmed(list_id=made.pk))
    return made


@transaction.atomic
def return_disposal(*, actor: Actor, list_id: UUID) -> DisposalList:
    """The second person does not agree: the list is open again. Raises DisposalRefused."""
    made = _locked(actor, list_id, {DisposalState.DECIDED})
    made.state = DisposalState.OPEN
    made.save(update_fields=["state"])
    _audit(actor, made, "records.disposal_returned", ())
    return made


def _locked(actor: Actor, list_id: UUID, states: set[DisposalState]) -> DisposalList:
    made = DisposalList.objects.select_for_update().get(pk=list_id)
    policies.check(actor, "records.dispose", made.unit_id)
    if made.state not in states:
        raise DisposalRefused(_("This list has been dealt with meanwhile."))
    return made


def _audit(actor: Actor, made: DisposalList, action: str, items: Iterable[DisposalItem]) -> None:
    counts: dict[str, int] = {}
    for item in items:
        counts[item.decision] = counts.get(item.decision, 0) + 1
    audit.append(actor=actor.audit_name, action=action, subject=made_subject(made), details=counts)


def lists_for(actor: Actor) -> QuerySet[DisposalList]:
    """The lists that an actor may decide on or look at, the latest first."""
    lists = DisposalList.objects.annotate(
        dossiers=Count("items"), undecided=Count("items", filter=Q(items__decision="undecided"))
    ).order_by("-created_at", "-number")
    if policies.allows(actor, "records.dispose"):
        return lists
    return lists.filter(unit_id__in=sorted(actor.headed_unit_ids))
