"""Who signs a letter that a case sends."""

from __future__ import annotations

from decimal import Decimal
from uuid import UUID

from rathaus.casework.queries.co_signatures import co_signers_of
from rathaus.engines.correspondence import public as correspondence
from rathaus.engines.processes import public as processes
from rathaus.identity.public import UserAccount, actor_for

UNSIGNED, DECIDER = "none", "entscheidung"


def signer_of(
    case_id: UUID,
    template_version: correspondence.LetterTemplateVersion,
    worker: UserAccount | None = None,
    amount: Decimal | None = None,
) -> UserAccount | None:
    """Whoever did the last task of the role that the letter names (of any: ``entscheidung``), if that person may
    sign this letter up to this amount; else the latest co-signer who may. Nobody where the letter wants none."""
    role = correspondence.compiled(template_version).signature
    if role == UNSIGNED:
        return None
    last = worker or processes.last_completed_by(case_id, None if role == DECIDER else role)
    if last is None or _may_sign(last, template_version, amount):
        return last
    able = (person for person in co_signers_of(case_id) if _may_sign(person, template_version, amount))
    return next(able, last)


def may_sign_amount(
    person: UserAccount, template_version: correspondence.LetterTemplateVersion, amount: Decimal | None
) -> bool:
    """Whether the person's signing authority reaches the amount; without an amount nothing is to be asked."""
    return amount is None or _may_sign(person, template_version, amount)


def _may_sign(
    person: UserAccount, template_version: correspondence.LetterTemplateVersion, amount: Decimal | None = None
) -> bool:
    return correspondence.may_sign(actor_for(person), template_version, amount)


def is_co_signed_for(case_id: UUID, template_version: correspondence.LetterTemplateVersion) -> bool:
    """Whether somebody who may sign this letter has co-signed the case."""
    return any(_may_sign(person, template_version) for person in co_signers_of(case_id))
