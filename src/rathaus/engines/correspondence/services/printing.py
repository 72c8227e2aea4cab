"""Print batches for the mailroom."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from django.db import transaction

from rathaus.identity.public import Actor, policies
from rathaus.kernel.public import audit, blobs, clock, events, numbering

from ..confidential import note_printed, protected_among
from ..enums import PrintState
from ..events import LetterPosted
from ..models import Letter, PrintBatch, PrintItem
from ..parties import Recipient
from ..rendering.batch import BatchEntry, batch_pdf
from .letters import notified_on
from .senders import sender_for

MAX_ITEMS = 500
PROTECTED = "Besonders geschützt"
"""What the cover list of a batch says, which is always German, where a name would stand."""


class NothingToPrint(ValueError):
    """No letter waits, or others took them in the meantime."""


class NotPostable(ValueError):
    """The batch was posted already, or the day lies in the future or before the batch was made."""


@transaction.atomic
def create_print_batch(*, actor: Actor, item_ids: Sequence[int] | None = None) -> PrintBatch:
    """Put the waiting letters (all, or those named) into a batch; a letter is only ever in one.

    Raises NothingToPrint.
    """
    policies.check(actor, "correspondence.print")
    waiting = PrintItem.objects.filter(state=PrintState.OPEN)
    if item_ids is not None:
        waiting = waiting.filter(pk__in=item_ids)
    chosen = list(waiting.values_list("pk", flat=True)[:MAX_ITEMS])
    if not chosen:
        raise NothingToPrint
    number = numbering.draw("correspondence.batch", "D{year}-{n:04d}", year=clock.today().year)
    batch = PrintBatch.objects.create(number=number, created_by_id=actor.account_id)
    claimed = PrintItem.objects.filter(pk__in=chosen, state=PrintState.OPEN).update(
        state=PrintState.BATCHED, batch=batch
    )
    if not claimed:
        raise NothingToPrint
    batch.letters = claimed
    batch.save(update_fields=["letters"])
    _audit(actor, "correspondence.print_batch_made", batch, letters=claimed)
    return batch


def print_file(*, actor: Actor, batch: PrintBatch) -> bytes:
    """The batch's PDF, made at the first call and kept. Letters of protected cases leave an entry at each call."""
    policies.check(actor, "correspondence.print")
    items = list(batch.items.select_related("letter").defer("letter__html", "letter__context"))
    protected = protected_among({item.letter.subject for item in items})
    if protected:
        note_printed(actor, protected)
    if batch.pdf_id is not None:
        return blobs.read(batch.pdf_id)
    data = batch_pdf(
        sender=sender_for(),
        number=batch.number,
        made_at=batch.created_at,
        entries=[_entry(item.letter, is_protected=item.letter.subject in protected) for item in items],
    )
    PrintBatch.objects.filter(pk=batch.pk).update(pdf=blobs.store(data, "application/pdf"))
    return data


@transaction.atomic
def mark_posted(*, actor: Actor, batch: PrintBatch, posted_on: date | None = None) -> PrintBatch:
    """Note that a batch went to the post: the day of notification of its letters follows from it (§ 41 (2) VwVfG).

    Raises NotPostable.
    """
    policies.check(actor, "correspondence.print")
    day = posted_on or clock.today()
    if not _day_made(batch) <= day <= clock.today():
        raise NotPostable
    if not PrintBatch.objects.filter(pk=batch.pk, posted_on=None).update(posted_on=day):
        raise NotPostable
    batch.posted_on = day
    items = list(batch.items.select_related("letter__template_version").defer("letter__html"))
    letters = [item.letter for item in items]
    for letter in letters:
        letter.sent_on = day
        letter.notified_on = notified_on(letter, day, electronic=False)
    Letter.objects.bulk_update(letters, ["sent_on", "notified_on"])
    batch.items.update(state=PrintState.POSTED)
    for letter in letters:
        events.emit(LetterPosted(letter.pk, letter.subject, day, letter.notified_on or day))
    _audit(actor, "correspondence.print_batch_posted", batch, posted_on=day)
    return batch


def _day_made(batch: PrintBatch) -> date:
    return batch.created_at.astimezone(clock.now().tzinfo).date()


def _entry(letter: Letter, *, is_protected: bool) -> BatchEntry:
    """The line of the cover list; of a protected case it bears the reference alone."""
    recipient = Recipient.from_json(letter.recipient)
    sha256: str = letter.pdf_id
    return BatchEntry(
        recipient=PROTECTED if is_protected else recipient.name,
        place="" if is_protected else f"{recipient.postcode} {recipient.city}".strip(),
        title="–" if is_protected else letter.title,
        reference=letter.reference,
        read=lambda: blobs.read(sha256),
    )


def _audit(actor: Actor, action: str, batch: PrintBatch, **details: object) -> None:
    audit.append(
        actor=actor.audit_name,
        action=action,
        subject=f"correspondence.print_batch:{batch.pk}",
        details=details,
    )
