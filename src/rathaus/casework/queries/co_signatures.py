from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from rathaus.casework.enums import CoSignatureState
from rathaus.casework.models import CoSignature
from rathaus.identity.public import UserAccount


def co_signatures_of(case_id: UUID) -> list[CoSignature]:
    """All requests of a case, oldest first; whether the caller may see the case is the caller's question."""
    return list(CoSignature.objects.filter(case_id=case_id).select_related("signer", "unit"))


def awaited_co_signatures(case_id: UUID) -> list[CoSignature]:
    """The open ones without which nothing is decided."""
    return awaited_among(co_signatures_of(case_id))


def awaited_among(co_signatures: Iterable[CoSignature]) -> list[CoSignature]:
    return [wanted for wanted in co_signatures if wanted.is_open and wanted.is_required]


def co_signers_of(case_id: UUID) -> list[UserAccount]:
    """Who has signed the case, the latest first."""
    signed = CoSignature.objects.filter(
        case_id=case_id, state=CoSignatureState.SIGNED, given_by__isnull=False
    ).select_related("given_by")
    return [given.given_by for given in signed.order_by("-given_at") if given.given_by is not None]
