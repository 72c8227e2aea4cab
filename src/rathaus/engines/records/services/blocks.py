"""Auskunftssperren (§ 51 BMG) and bedingte Sperrvermerke (§ 52 BMG): set, ended, run out by date."""

from __future__ import annotations

from datetime import date, timedelta

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from rathaus.engines.records.enums import BlockKind, Protection
from rathaus.engines.records.errors import ProtectionRefused
from rathaus.engines.records.models import Case, CaseProtection, InformationBlock
from rathaus.engines.records.queries.protection import running_block, running_blocks
from rathaus.engines.records.services.protection import lift_protection, protect_case
from rathaus.identity.public import SYSTEM, Actor, mark_information_block, policies
from rathaus.kernel.public import audit, clock

REMIND_BEFORE = timedelta(days=30)
MAX_YEARS = 10


@transaction.atomic
def set_block(
    *, actor: Actor, case: Case, kind: str, valid_until: date, source: str, reason: str = ""
) -> InformationBlock:
    """Set a block on the applicant of a case, from today on: on the account and all its cases, else on this case.

    Whoever calls it lets the tasks of ``cases_of(block)`` follow. Raises ProtectionRefused.
    """
    policies.check(actor, "records.mark_block")
    today = clock.today()
    if not source.strip():
        raise ProtectionRefused(_("Please say who ordered the block."))
    if not today <= valid_until <= today.replace(year=today.year + MAX_YEARS, day=min(today.day, 28)):
        raise ProtectionRefused(_("Please give a last day from today on, at most ten years ahead."))
    account = case.applicant
    block = InformationBlock.objects.create(
        account=account,
        case=None if account else case,
        kind=BlockKind(kind),
        valid_from=today,
        valid_until=valid_until,
        source=source.strip()[:200],
        reason=reason.strip()[:500],
        set_by_name=actor.name,
        set_at=clock.now(),
    )
    if account is not None:
        mark_information_block(account=account, holds=True)
    for affected in cases_of(block):
        protect_case(actor=SYSTEM, case=affected, origin=Protection.BLOCK)
    _audit(actor, block, "records.block_set")
    return block


def cases_of(block: InformationBlock) -> QuerySet[Case]:
    """The cases that a block covers."""
    cases = Case.objects.select_related("dossier", "access_set", "applicant")
    if block.case_id is not None:
        return cases.filter(pk=block.case_id)
    return cases.filter(applicant_id=block.account_id)


@transaction.atomic
def end_block(*, actor: Actor, block_id: int) -> list[Case]:
    """End a block; cases that were protected for its sake alone open again. Returns these, for their tasks."""
    policies.check(actor, "records.mark_block")
    block = InformationBlock.objects.select_for_update().get(pk=block_id)
    if block.ended_at is not None:
        return []
    block.ended_at, block.ended_by_name = clock.now(), actor.name
    block.save(update_fields=["ended_at", "ended_by_name"])
    account = block.account
    if account is not None and not running_blocks().filter(account=account).exists():
        mark_information_block(account=account, holds=False)
    opened = []
    for case in cases_of(block):
        is_for_blocks = CaseProtection.objects.filter(case=case, origin=Protection.BLOCK).exists()
        if is_for_blocks and running_block(case) is None:
            lift_protection(actor=SYSTEM, case=case)
            opened.append(case)
    _audit(actor, block, "records.block_ended")
    return opened


def blocks_run_out() -> list[InformationBlock]:
    """Blocks whose last day has passed and that nobody has ended."""
    return list(InformationBlock.objects.filter(ended_at=None, valid_until__lt=clock.today()))


@transaction.atomic
def blocks_to_remind() -> list[InformationBlock]:
    """Blocks that end within a month; each is named once."""
    soon = InformationBlock.objects.select_for_update().filter(
        ended_at=None, reminded_at=None, valid_until__lte=clock.today() + REMIND_BEFORE
    )
    found = list(soon)
    InformationBlock.objects.filter(pk__in=[block.pk for block in found]).update(reminded_at=clock.now())
    return found


def _audit(actor: Actor, block: InformationBlock, action: str) -> None:
    subject = f"identity.account:{block.account_id}" if block.account_id else f"records.case:{block.case_id}"
    audit.append(
        actor=actor.audit_name,
        action=action,
        subject=subject,
        details={"block": block.pk, "kind": block.kind, "until": block.valid_until},
    )
