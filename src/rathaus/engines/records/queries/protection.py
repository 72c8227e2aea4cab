"""Who may open a protected case, what blocks hold, and who has read it."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from django.db.models import Q, QuerySet

from rathaus.engines.records.models import Case, InformationBlock
from rathaus.identity.public import AccessGrant
from rathaus.kernel.public import clock


@dataclass(frozen=True, slots=True)
class Circle:
    """The units and the persons of a case's access set. In a protected case the units stand for their heads."""

    unit_ids: frozenset[int]
    account_ids: frozenset[UUID]


def circle_of(case: Case) -> Circle:
    """One query."""
    grants = list(
        AccessGrant.objects.filter(access_set_id=case.access_set_id).values_list("unit_id", "account_id")
    )
    return Circle(
        frozenset(unit_id for unit_id, _ in grants if unit_id is not None),
        frozenset(account_id for _, account_id in grants if account_id is not None),
    )


def running_blocks() -> QuerySet[InformationBlock]:
    """The information blocks that hold today."""
    today = clock.today()
    return InformationBlock.objects.filter(ended_at=None, valid_from__lte=today, valid_until__gte=today)


def running_block(case: Case) -> InformationBlock | None:
    """The block that holds for the applicant of a case; the stricter of two."""
    about = Q(case_id=case.pk)
    if case.applicant_id is not None:
        about |= Q(account_id=case.applicant_id)
    return running_blocks().filter(about).order_by("-kind", "-valid_until").first()
