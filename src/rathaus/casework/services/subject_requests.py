"""Auskunft (Art. 15 GDPR) to people without an account: what is known of a person, and an archive to hand out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date

from django.db.models import Q
from django.utils.translation import gettext as _

from rathaus.casework.rules import ANSWER_SUBJECT
from rathaus.engines.correspondence import public as correspondence
from rathaus.engines.records import public as records
from rathaus.identity.public import AccountExport, Actor, UserAccount, collect, packed, policies
from rathaus.intake import public as intake
from rathaus.kernel.public import audit

MOST = 200


class RequestRefused(ValueError):
    """The request cannot be answered like this; the text says why."""


@dataclass(frozen=True)
class Person:
    """Who asks: an e-mail address, or a name with the day of birth. Both narrow nothing down, they add up."""

    email: str = ""
    family_name: str = ""
    given_name: str = ""
    birth_date: date | None = None


@dataclass(frozen=True)
class FoundCase:
    case: records.Case
    documents: int
    letters: int


@dataclass(frozen=True)
class Findings:
    """What there is of a person, as numbers and references. ``protected`` cases are only counted."""

    cases: Sequence[FoundCase] = ()
    protected: int = 0
    accounts: Sequence[UserAccount] = field(default=(), repr=False)
    closed_accounts: int = 0
    """Accounts with a protected case or an information block: whoever is in charge of it answers."""
    messages: int = 0
    is_cut: bool = False

    @property
    def is_empty(self) -> bool:
        return not (self.cases or self.protected or self.accounts or self.closed_accounts)


def look_up(*, actor: Actor, person: Person) -> Findings:
    """References and numbers, never contents; the search itself is noted. Raises RequestRefused."""
    policies.check(actor, ANSWER_SUBJECT)
    _refuse_vague(person)
    found = _find(person)
    _audit(actor, "casework.subject_looked_up", "casework.subject_request", cases=len(found.cases))
    return found


def hand_out(*, actor: Actor, person: Person, identity_check: str) -> bytes:
    """The archive for the person, as a ZIP like that of an account; each case in it is named in the audit.

    ``identity_check`` says how it was made sure who asks. Raises RequestRefused.
    """
    policies.check(actor, ANSWER_SUBJECT)
    _refuse_vague(person)
    check = identity_check.strip()
    if not check:
        raise RequestRefused(_("Please note how you made sure who asks, before you hand anything out."))
    found = _find(person)
    if found.is_empty:
        raise RequestRefused(_("Nothing is known of this person."))
    export = _export(found)
    for entry in found.cases:
        _audit(actor, "casework.subject_data_packed", entry.case.audit_subject)
    _audit(
        actor, "casework.subject_data_packed", "casework.subject_request",
        cases=len(found.cases), left_out=found.protected, accounts=len(found.accounts), identity_check=check[:200],
    )  # fmt: skip
    return packed(export)


def _refuse_vague(person: Person) -> None:
    if not person.email and not (person.family_name and person.birth_date):
        raise RequestRefused(
            _("Please give an e-mail address, or the family name together with the date of birth.")
        )


def _find(person: Person) -> Findings:
    accounts = list(UserAccount.objects.filter(_is_account(person), erased_at=None)[:MOST])
    applications = list(
        intake.Application.objects.filter(_is_applicant(person) | Q(case__applicant__in=accounts))
        .select_related("case")
        .order_by("received_at", "pk")[: MOST + 1]
    )
    cases = [application.case for application in applications[:MOST]]
    protected = [case for case in cases if case.is_protected]
    closed = {account.pk for account in accounts if account.has_information_block}
    closed |= {case.applicant_id for case in protected if case.applicant_id}
    opened = [account for account in accounts if account.pk not in closed]
    return Findings(
        cases=[_counted(case) for case in cases if not case.is_protected],
        protected=len(protected),
        accounts=opened,
        closed_accounts=len(accounts) - len(opened),
        messages=correspondence.InboxMessage.objects.filter(account__in=opened).count(),
        is_cut=len(applications) > MOST,
    )


def _is_account(person: Person) -> Q:
    wanted = Q(email=person.email.lower()) if person.email else Q(pk=None)
    if person.family_name and person.birth_date:
        named = Q(family_name__iexact=person.family_name, birth_date=person.birth_date)
        wanted |= named & _given("given_name", person)
    return wanted


def _is_applicant(person: Person) -> Q:
    """By what the form said of who applies."""
    wanted = Q(applicant__email__iexact=person.email) if person.email else Q(pk=None)
    if person.family_name and person.birth_date:
        day = Q(applicant__birth_date=person.birth_date.isoformat())
        named = Q(applicant__family_name__iexact=person.family_name)
        wanted |= day & named & _given("applicant__given_name", person)
    return wanted


def _given(path: str, person: Person) -> Q:
    return Q(**{f"{path}__iexact": person.given_name}) if person.given_name else Q()


def _counted(case: records.Case) -> FoundCase:
    return FoundCase(
        case=case,
        documents=records.Document.objects.filter(case=case, visible_to_applicant=True).count(),
        letters=correspondence.Letter.objects.filter(subject=case.pk).count(),
    )


def _export(found: Findings) -> AccountExport:
    """Accounts as their owners get them; the other cases as their applicant may see them."""
    export = AccountExport()
    if found.accounts:
        export.sections["accounts"] = [_of_account(account, export) for account in found.accounts]
    known = {account.pk for account in found.accounts}
    export.sections["cases"] = [
        intake.export_case(entry.case, _application(entry.case), export)
        for entry in found.cases
        if entry.case.applicant_id not in known
    ]
    if found.protected or found.closed_accounts:
        export.sections["left_out"] = {
            "cases": found.protected,
            "accounts": found.closed_accounts,
            "reason": _("Especially protected: the office in charge of the case answers by itself."),
        }
    return export


def _of_account(account: UserAccount, export: AccountExport) -> dict[str, object]:
    part = collect(account)
    export.files |= part.files
    return part.sections


def _application(case: records.Case) -> intake.Application | None:
    return intake.Application.objects.select_related("submission").filter(case=case).first()


def _audit(actor: Actor, action: str, subject: str, **details: object) -> None:
    audit.append(actor=actor.audit_name, action=action, subject=subject, details=details)
