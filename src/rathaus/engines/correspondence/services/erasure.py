from __future__ import annotations

from collections.abc import Mapping
from uuid import UUID

from django.db import transaction
from django.db.models import Q

from ..models import InboxMessage, Letter, PrintBatch, PrintItem


@transaction.atomic
def erase_letters(subject: UUID) -> tuple[Mapping[str, int], set[str]]:
    """Delete every letter and message about a case; returns counts by kind, and contents to discard.

    A print batch keeps its number and count; its PDF goes with it, as it holds the letters of others as well and is
    of no use once they are posted.
    """
    letters = Letter.objects.filter(subject=subject)
    batches = PrintBatch.objects.filter(items__letter__in=letters, pdf__isnull=False)
    hashes = {*letters.values_list("pdf_id", flat=True), *batches.values_list("pdf_id", flat=True)}
    batch_ids = list(batches.values_list("pk", flat=True))
    counts = {
        "messages": InboxMessage.objects.filter(Q(subject=subject) | Q(letter__in=letters)).delete()[0],
        "print_items": PrintItem.objects.filter(letter__in=letters).delete()[0],
        "letters": letters.delete()[0],
    }
    PrintBatch.objects.filter(pk__in=batch_ids).update(pdf=None)
    return counts, hashes


@transaction.atomic
def erase_inbox(account_id: UUID) -> int:
    """Delete the messages of an account; letters stay in their cases. Returns how many."""
    return InboxMessage.objects.filter(account_id=account_id).delete()[0]
