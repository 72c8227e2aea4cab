from __future__ import annotations

from datetime import date

from allauth.account.models import EmailAddress
from django.contrib.auth.password_validation import validate_password
from django.db import transaction

from rathaus.identity import policies
from rathaus.identity.actor import Actor
from rathaus.identity.enums import AssuranceLevel
from rathaus.identity.models import UserAccount
from rathaus.kernel.public import audit

PROFILE_FIELDS = (
    "given_name", "family_name", "birth_date", "street", "house_number", "postcode", "city", "phone",
    "language",
)  # fmt: skip


@transaction.atomic
def create_account(
    *,
    actor: Actor,
    email: str | None,
    password: str | None = None,
    password_hash: str = "",
    given_name: str = "",
    family_name: str = "",
    birth_date: date | None = None,
    street: str = "",
    house_number: str = "",
    postcode: str = "",
    city: str = "",
    phone: str = "",
    language: str = "de",
    assurance: AssuranceLevel | str = AssuranceLevel.LOW,
    confirmed: bool = True,
) -> UserAccount:
    """Create an account for somebody else (staff, demo, counter); self-registration runs through sign-up.

    `confirmed` says that the e-mail address is known to be right, so that the person can sign in at once.
    `password_hash` is one that was made before, as an import or many accounts with one password need it.
    """
    policies.check(actor, "identity.manage_accounts")
    account = UserAccount(
        email=email.lower() if email else None, given_name=given_name, family_name=family_name,
        birth_date=birth_date, street=street, house_number=house_number, postcode=postcode, city=city,
        phone=phone, language=language, assurance=AssuranceLevel(assurance),
    )  # fmt: skip
    if password is not None:
        validate_password(password, account)
    account.set_password(password)
    account.password = password_hash or account.password
    account.full_clean()
    account.save(force_insert=True)
    if account.email and confirmed:
        _confirm_address(account)
    audit.append(
        actor=actor.audit_name, action="identity.account_created", subject=f"identity.account:{account.pk}"
    )
    return account


def _confirm_address(account: UserAccount) -> None:
    EmailAddress.objects.create(user=account, email=account.email, verified=True, primary=True)


@transaction.atomic
def raise_assurance(*, actor: Actor, account: UserAccount, level: AssuranceLevel | str, reason: str) -> None:
    """Note that the person proved who they are up to this level; never lowers it."""
    policies.check(actor, "identity.raise_assurance")
    if AssuranceLevel(account.assurance) >= level:
        return
    account.assurance = AssuranceLevel(level)
    account.save(update_fields=["assurance"])
    audit.append(
        actor=actor.audit_name, action="identity.assurance_raised", subject=f"identity.account:{account.pk}",
        details={"level": account.assurance, "reason": reason},
    )  # fmt: skip


@transaction.atomic
def update_profile(*, actor: Actor, account: UserAccount, **fields: object) -> None:
    """Change a person's own data; the audit trail names the fields, not their contents."""
    policies.check(actor, "identity.edit_profile", account.pk)
    unknown = set(fields) - set(PROFILE_FIELDS)
    if unknown:
        raise ValueError(f"Not part of the profile: {', '.join(sorted(unknown))}.")
    for name, value in fields.items():
        setattr(account, name, value)
    account.full_clean(exclude=["password"])
    account.save(update_fields=sorted(fields))
    audit.append(
        actor=actor.audit_name, action="identity.profile_changed", subject=f"identity.account:{account.pk}",
        details={"fields": sorted(fields)},
    )  # fmt: skip
