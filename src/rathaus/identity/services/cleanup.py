"""Deleting by rule, every night; each rule leaves a record of its run."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from allauth.account.models import EmailAddress
from django.conf import settings
from django.db import transaction
from django.db.models import Exists, OuterRef, ProtectedError, Q

from rathaus.identity import policies
from rathaus.identity.actor import Actor
from rathaus.identity.cleanup import CleanupRule, cleanup_rules
from rathaus.identity.enums import ExportState
from rathaus.identity.models import CleanupRun, CleanupSetting, DataExport, UserAccount, UserSession
from rathaus.identity.services.erasure import mark_inactive
from rathaus.kernel.public import audit, blobs, clock, jobs

logger = logging.getLogger(__name__)
BATCH = 500


@dataclass(frozen=True)
class RuleState:
    rule: CleanupRule
    days: int
    last: CleanupRun | None


def rule_days(key: str) -> int:
    """For how many days the town keeps it: its own decision, else the rule's proposal."""
    own = CleanupSetting.objects.filter(pk=key).values_list("days", flat=True).first()
    return cleanup_rules.get(key).days if own is None else own


def rules_with_runs() -> list[RuleState]:
    """Every rule with its days and its last run."""
    own = dict(CleanupSetting.objects.values_list("rule", "days"))
    return [
        RuleState(rule, own.get(rule.key, rule.days), CleanupRun.objects.filter(rule=rule.key).first())
        for rule in cleanup_rules
    ]


@transaction.atomic
def set_rule_days(*, actor: Actor, key: str, days: int) -> None:
    """Keep it for so many days from now on. Raises ValueError outside the rule's bounds."""
    policies.check(actor, "identity.manage_cleanup")
    rule = cleanup_rules.get(key)
    if not rule.least <= days <= rule.most:
        raise ValueError(f"{key}: {rule.least} to {rule.most} days")
    former = rule_days(key)
    CleanupSetting.objects.update_or_create(
        rule=key, defaults={"days": days, "changed_at": clock.now(), "changed_by_name": actor.name}
    )
    audit.append(
        actor=actor.audit_name,
        action="identity.cleanup_changed",
        subject=f"identity.cleanup:{key}",
        details={"from": former, "to": days},
    )


def run_cleanup() -> None:
    """Carry every rule out. One that fails is noted and holds up no other."""
    for rule in cleanup_rules:
        days = rule_days(rule.key)
        run = CleanupRun(rule=rule.key, days=days, at=clock.now())
        try:
            run.count = rule.run(clock.now() - timedelta(days=days))
        except Exception as error:  # whatever one rule runs into, the others must have their turn
            logger.exception("cleanup_failed rule=%s", rule.key)
            run.error = type(error).__name__
        run.save()


def delete_unconfirmed(before: datetime) -> int:
    """Accounts whose address was never confirmed and that nobody ever used."""
    confirmed = EmailAddress.objects.filter(user_id=OuterRef("pk"), verified=True)
    unused = UserAccount.objects.filter(
        ~Exists(confirmed), date_joined__lt=before, last_login=None, is_employee=False, erased_at=None,
        email__isnull=False,
    )  # fmt: skip
    return sum(_delete(account) for account in unused[:BATCH])


def delete_shells(before: datetime) -> int:
    """Deleted accounts that no case refers to any more."""
    shells = UserAccount.objects.filter(erased_at__lt=before).order_by("erased_at")
    return sum(_delete(account) for account in shells.iterator())


def _delete(account: UserAccount) -> int:
    try:
        with transaction.atomic():
            account.delete()
    except ProtectedError:
        return 0
    return 1


def warn_inactive(before: datetime) -> int:
    """Accounts that nobody has used for long: their owners are told, and the account ends a month later."""
    idle = UserAccount.objects.filter(
        Q(last_login__lt=before) | Q(last_login=None, date_joined__lt=before),
        is_employee=False, is_active=True, erase_on=None, erased_at=None,
    )  # fmt: skip
    return sum(mark_inactive(account=account) for account in idle[:BATCH])


def drop_exports(before: datetime) -> int:
    """Data exports whose days are over: the file goes, the note that there was one stays."""
    old = list(DataExport.objects.filter(state=ExportState.READY, finished_at__lt=before)[:BATCH])
    hashes = {export.blob_id for export in old if export.blob_id}
    DataExport.objects.filter(pk__in=[export.pk for export in old]).update(
        state=ExportState.EXPIRED, blob=None
    )
    blobs.discard(hashes)
    return len(old)


def delete_dead_jobs(before: datetime) -> int:
    """Failed jobs: their payload and report may name people."""
    return jobs.Job.objects.filter(state=jobs.JobState.DEAD, finished_at__lt=before).delete()[0]


def delete_done_jobs(before: datetime) -> int:
    """Jobs that are done, mails and notices among them: their payload names addresses and cases."""
    return jobs.Job.objects.filter(state=jobs.JobState.DONE, finished_at__lt=before).delete()[0]


def delete_cleanup_runs(before: datetime) -> int:
    """The records of former runs, which name nobody."""
    return CleanupRun.objects.filter(at__lt=before).delete()[0]


def delete_export_notes(before: datetime) -> int:
    """That somebody asked for their data, once the file has gone."""
    done = (ExportState.EXPIRED,)
    return DataExport.objects.filter(state__in=done, blob=None, requested_at__lt=before).delete()[0]


def delete_sessions(before: datetime) -> int:
    return UserSession.objects.filter(expire_date__lt=before).delete()[0]


def delete_mail_files(before: datetime) -> int:
    """Mails that a demonstration or test town writes into a folder instead of sending them."""
    folder = getattr(settings, "EMAIL_FILE_PATH", None)
    if not folder or not Path(folder).is_dir():
        return 0
    old = [
        path
        for path in Path(folder).iterdir()
        if path.is_file() and path.stat().st_mtime < before.timestamp()
    ]
    for path in old:
        path.unlink(missing_ok=True)
    return len(old)
