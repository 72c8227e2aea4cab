"""Deleting an account (Art. 17 GDPR), after some days in which it can be kept; cases stay with the office."""

from __future__ import annotations

from datetime import date, timedelta

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.db import transaction
from django.db.models import ProtectedError
from django.utils import translation
from django.utils.translation import gettext as _

from rathaus.identity import policies
from rathaus.identity.actor import Actor
from rathaus.identity.enums import AssuranceLevel
from rathaus.identity.models import DataExport, LinkedIdentity, UserAccount, UserSession
from rathaus.identity.personal_data import account_holders
from rathaus.identity.services.mails import enqueue_mail
from rathaus.kernel.public import audit, blobs, clock, text

TAKE_BACK_DAYS = 14
INACTIVE_DAYS = 30
_EMPTY = (
    "given_name", "family_name", "street", "house_number", "postcode", "city", "phone",
)  # fmt: skip


class ErasureRefused(ValueError):
    """The account cannot be deleted; the text says why and what to do."""


@transaction.atomic
def request_erasure(*, actor: Actor, account: UserAccount, keep_session: str | None = None) -> date:
    """Note the wish; the account ends in two weeks unless its owner takes it back. Raises ErasureRefused."""
    policies.check(actor, "identity.edit_profile", account.pk)
    if account.is_employee:
        raise ErasureRefused(
            _(
                "This account belongs to a post at the town hall. "
                "The administration ends it with your last working day."
            )
        )
    day = _set(account, TAKE_BACK_DAYS)
    UserSession.objects.filter(account=account).exclude(session_key=keep_session or "").delete()
    _audit(actor.audit_name, account, "identity.erasure_requested", on=day)
    _tell(account, day, _("You have asked us to delete your account."))
    return day


@transaction.atomic
def cancel_erasure(*, actor: Actor, account: UserAccount) -> None:
    """The account stays."""
    policies.check(actor, "identity.edit_profile", account.pk)
    account.erase_on = None
    account.save(update_fields=["erase_on"])
    _audit(actor.audit_name, account, "identity.erasure_cancelled")


@transaction.atomic
def mark_inactive(*, account: UserAccount) -> int:
    """By rule: nobody has used it for long; a month from now it ends, which its owner is told."""
    day = _set(account, INACTIVE_DAYS)
    _audit("system", account, "identity.erasure_by_rule", on=day)
    _tell(account, day, _("You have not used your account for a long time."))
    return 1


def _set(account: UserAccount, days: int) -> date:
    account.erase_on = clock.today() + timedelta(days=days)
    account.save(update_fields=["erase_on"])
    return account.erase_on


def _tell(account: UserAccount, day: date, reason: str) -> None:
    if not account.email:
        return
    with translation.override(account.language):
        body = _(
            "We delete your account on %(day)s. If you want to keep it, sign in before that day "
            "and choose “Keep my account”:"
        ) % {"day": text.format_date(day, account.language)}
        page = f"{settings.RATHAUS_PUBLIC_URL}/zugang/konto-loeschen/"
        enqueue_mail(_("Your account will be deleted"), "\n\n".join([reason, body, page]), account.email)


def erase_due_accounts() -> int:
    """Delete the accounts whose day has come; returns how many. For the nightly job, restartable."""
    due = UserAccount.objects.filter(erase_on__lte=clock.today(), erased_at=None, is_employee=False)
    return sum(erase_account(account=account) for account in due)


def erase_account(*, account: UserAccount) -> int:
    """Delete everything the account holds. Cases stay in the office's files and refer to an empty number."""
    hashes: set[str] = set()
    with transaction.atomic():
        account = UserAccount.objects.select_for_update().get(pk=account.pk)
        if account.erased_at is not None or account.erase_on is None:
            return 0
        for holder in account_holders:
            hashes |= holder.erase(account)
        hashes |= _erase_own(account)
        _audit("system", account, "identity.account_erased")
    try:
        with transaction.atomic():
            UserAccount.objects.get(pk=account.pk).delete()
    except ProtectedError:
        pass  # cases refer to it until they are destroyed
    blobs.discard(hashes)
    return 1


def _erase_own(account: UserAccount) -> set[str]:
    exports = DataExport.objects.filter(account=account)
    hashes = {sha256 for sha256 in exports.values_list("blob_id", flat=True) if sha256}
    for rows in (
        exports,
        EmailAddress.objects.filter(user=account),
        Authenticator.objects.filter(user=account),
        LinkedIdentity.objects.filter(account=account),
        UserSession.objects.filter(account=account),
    ):
        rows.delete()
    for name in _EMPTY:
        setattr(account, name, "")
    account.email, account.birth_date, account.last_login = None, None, None
    account.assurance, account.is_active, account.erased_at = AssuranceLevel.NONE, False, clock.now()
    account.set_unusable_password()
    account.save()
    return hashes


def _audit(actor: str, account: UserAccount, action: str, **details: object) -> None:
    audit.append(actor=actor, action=action, subject=f"identity.account:{account.pk}", details=details)
