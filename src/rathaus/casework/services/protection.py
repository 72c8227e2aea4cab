"""Protection of cases and people, with the tasks: nobody reads in the in-tray what they may not open."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from rathaus.engines.processes import public as processes
from rathaus.engines.records import public as records
from rathaus.identity.public import SYSTEM, Actor, Role, UserAccount, current_memberships, enqueue_mail
from rathaus.kernel.public import text


def keep_tasks_closed(case: records.Case) -> None:
    """Let the tasks of a protected case follow its circle."""
    if case.is_protected:
        processes.restrict_instances(case.pk, case.access_set_id)


@transaction.atomic
def protect(
    *, actor: Actor, case: records.Case, reason: str, people: Collection[UserAccount], asks_purpose: bool
) -> None:
    """Protect a case, or name its readers anew where it is protected. Raises records.ProtectionRefused."""
    if case.is_protected:
        records.change_circle(actor=actor, case=case, people=people, asks_purpose=asks_purpose)
    else:
        records.protect_case(actor=actor, case=case, reason=reason, people=people, asks_purpose=asks_purpose)
    keep_tasks_closed(case)


@transaction.atomic
def lift(*, actor: Actor, case: records.Case) -> None:
    """End the protection. Raises records.ProtectionRefused."""
    records.lift_protection(actor=actor, case=case)
    processes.restrict_instances(case.pk, None)


@transaction.atomic
def set_block(
    *, actor: Actor, case: records.Case, kind: str, valid_until: date, source: str, reason: str
) -> records.InformationBlock:
    """Set an information block on the applicant of a case. Raises records.ProtectionRefused."""
    block = records.set_block(
        actor=actor, case=case, kind=kind, valid_until=valid_until, source=source, reason=reason
    )
    for affected in records.cases_of(block):
        keep_tasks_closed(affected)
    return block


@transaction.atomic
def end_block(*, actor: Actor, block_id: int) -> None:
    """End an information block; cases that open again open with their tasks."""
    for case in records.end_block(actor=actor, block_id=block_id):
        processes.restrict_instances(case.pk, None)


def keep_blocks() -> None:
    """Once a day: end what has run out, and tell the registration of what ends within a month."""
    for block in records.blocks_run_out():
        end_block(actor=SYSTEM, block_id=block.pk)
    with transaction.atomic():
        _remind(records.blocks_to_remind())


def _remind(blocks: Collection[records.InformationBlock]) -> None:
    """The mail names no person: it may lie in an inbox that others read."""
    posts = current_memberships().select_related("account", "post")
    held = [row.account for row in posts if Role.RESIDENT_REGISTRATION in row.post.roles]
    addresses = sorted({account.email for account in held if account.email and account.is_active})
    if not blocks or not addresses:
        return
    days = ((block.pk, text.format_date(block.valid_until, "de")) for block in blocks)
    lines = [_("No. %(number)s: until %(day)s") % {"number": number, "day": day} for number, day in days]
    body = _("These information blocks end soon. Please check whether they have to be prolonged.")
    link = f"{settings.RATHAUS_PUBLIC_URL}/amt/sperrvermerke/"
    for address in addresses:
        enqueue_mail(_("Information blocks end soon"), "\n".join([body, "", *lines, "", link]), address)
