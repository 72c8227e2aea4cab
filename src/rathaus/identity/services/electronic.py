from __future__ import annotations

from django.db import transaction

from rathaus.identity.electronic import ElectronicIdentity
from rathaus.identity.enums import AssuranceLevel
from rathaus.identity.models import LinkedIdentity, UserAccount
from rathaus.kernel.public import audit, clock, text

_PROVEN_FIELDS = (
    "given_name", "family_name", "birth_date", "street", "house_number", "postcode", "city",
)  # fmt: skip


class IdentityMismatch(Exception):
    """The proven identity does not go with the account; `reason` is a key of the texts on the page."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@transaction.atomic
def sign_in_with_identity(*, identity: ElectronicIdentity, account: UserAccount | None = None) -> UserAccount:
    """The account of a proven identity: the linked one, else the signed-in one, else a new one.

    Proven data replace what was typed. An e-mail address never decides whose account it is. Raises
    `IdentityMismatch` if the identity belongs to somebody else than the person signed in.
    """
    link = _find_link(identity)
    owner = _owner(identity, link, account)
    if link is None:
        link = LinkedIdentity(account=owner, provider=identity.provider, subject=identity.subject)
    _take_over(owner, identity)
    link.account, link.assurance, link.linked_at = owner, identity.assurance, clock.now()
    link.save()
    audit.append(
        actor=f"citizen:{owner.pk}", action="identity.signed_in_electronically",
        subject=f"identity.account:{owner.pk}",
        details={"provider": identity.provider, "level": identity.assurance.value},
    )  # fmt: skip
    return owner


def _find_link(identity: ElectronicIdentity) -> LinkedIdentity | None:
    links = LinkedIdentity.objects.select_related("account").select_for_update(of=("self",))
    return links.filter(provider=identity.provider, subject=identity.subject).first()


def _owner(
    identity: ElectronicIdentity, link: LinkedIdentity | None, account: UserAccount | None
) -> UserAccount:
    if link is not None:
        if account is not None and link.account_id != account.pk:
            raise IdentityMismatch("linked_elsewhere")
        if not link.account.is_active:
            raise IdentityMismatch("inactive")
        return link.account
    if account is None:
        return UserAccount.objects.create_user(None)
    if not _is_same_person(account, identity):
        raise IdentityMismatch("other_person")
    return account


def _is_same_person(account: UserAccount, identity: ElectronicIdentity) -> bool:
    """An account without a name takes any; else family name and, where known, date of birth must agree."""
    if account.family_name and text.fold(account.family_name) != text.fold(identity.family_name):
        return False
    return None in (account.birth_date, identity.birth_date) or account.birth_date == identity.birth_date


def _take_over(account: UserAccount, identity: ElectronicIdentity) -> None:
    for name in _PROVEN_FIELDS:
        setattr(account, name, getattr(identity, name) or getattr(account, name))
    account.assurance = max(AssuranceLevel(account.assurance), identity.assurance)
    account.save(update_fields=[*_PROVEN_FIELDS, "assurance"])
