from __future__ import annotations

from uuid import UUID

from django.db.models import QuerySet

from rathaus.identity.public import Actor, policies

from ..enums import PrintState
from ..models import PrintBatch, PrintItem


def waiting_items(actor: Actor) -> QuerySet[PrintItem]:
    """Letters that wait for printing, oldest first."""
    policies.check(actor, "correspondence.print")
    return (
        PrintItem.objects.filter(state=PrintState.OPEN)
        .select_related("letter")
        .defer("letter__html", "letter__context")
    )


def waiting_count(actor: Actor) -> int:
    return PrintItem.objects.filter(state=PrintState.OPEN).count() if actor.is_staff else 0


def print_batches(actor: Actor) -> QuerySet[PrintBatch]:
    """All batches, newest first."""
    policies.check(actor, "correspondence.print")
    return PrintBatch.objects.select_related("created_by")


def print_batch_for(actor: Actor, batch_id: UUID) -> PrintBatch | None:
    policies.check(actor, "correspondence.print")
    return PrintBatch.objects.filter(pk=batch_id).first()
