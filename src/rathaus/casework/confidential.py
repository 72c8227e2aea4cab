"""Letters of protected cases: the print room sees no names in its lists, and what it prints leaves an entry."""

from __future__ import annotations

from collections.abc import Collection
from uuid import UUID

from rathaus.engines.correspondence import public as correspondence
from rathaus.engines.records import public as records
from rathaus.identity.public import Actor

PAGE = "letter_printed"


def protected_cases(subjects: Collection[UUID]) -> set[UUID]:
    """Which of these cases are especially protected. One query."""
    cases = records.Case.objects.filter(pk__in=subjects, is_protected=True)
    return set(cases.values_list("pk", flat=True))


def note_printed(actor: Actor, subjects: Collection[UUID]) -> None:
    for case in records.Case.objects.filter(pk__in=subjects, is_protected=True).order_by("pk"):
        records.note_read(actor=actor, case=case, page=PAGE)


def register() -> None:
    correspondence.confidential.register(
        correspondence.Confidential("protected_cases", protected_cases, note_printed)
    )
