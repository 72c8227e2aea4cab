from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from uuid import UUID

from django.db import transaction

from rathaus.identity.public import Actor, UserAccount, policies
from rathaus.kernel.public import audit, blobs, clock, events, timelimits

from ..enums import DeliveryWay, LetterState
from ..events import LetterIssued
from ..models import InboxMessage, Letter, LetterTemplateVersion, PrintItem
from ..parties import Recipient
from .inbox import put_into_inbox
from .rendering import fill_letter
from .senders import sender_for
from .templates import compiled


@transaction.atomic
def issue_letter(
    *,
    actor: Actor,
    subject: UUID,
    template_version: LetterTemplateVersion,
    context: Mapping[str, object],
    pdf: blobs.Blob,
    html: str,
    recipient: Recipient,
    title: str = "",
    summary: str = "",
    reference: str = "",
    document_id: UUID | None = None,
    signed_by: UserAccount | UUID | None = None,
) -> Letter:
    """Record a letter as issued; `deliver` sends it on its way. Store the PDF with `blobs.store` beforehand.

    `render_letter` gives title and summary; without a title the text's own is filled in.
    """
    policies.check(actor, "correspondence.issue_letter")
    template = compiled(template_version)
    letter = Letter.objects.create(
        subject=subject,
        template_version=template_version,
        key=template.key,
        reference=reference,
        kind=template.kind,
        title=(title or _title(template_version, context, recipient))[:300],
        summary=summary,
        context=dict(context),
        html=html,
        pdf=pdf,
        recipient=recipient.to_json(),
        document_id=document_id,
        signed_by_id=signed_by.pk if isinstance(signed_by, UserAccount) else signed_by,
    )
    _audit(actor, "correspondence.letter_issued", letter, kind=letter.kind, version=template_version.pk)
    events.emit(LetterIssued(letter.pk, subject, str(letter.kind), letter.title, document_id))
    return letter


@transaction.atomic
def deliver(*, actor: Actor, letter: Letter, account: UserAccount | None = None) -> InboxMessage | PrintItem:
    """Into the inbox of an account (with an e-mail hint), else to the mailroom for printing; once, whatever is asked.

    A letter in the inbox counts as notified on the day that § 41 (2) VwVfG names; a printed one when it is posted.
    """
    policies.check(actor, "correspondence.issue_letter")
    present = delivered_as(letter)
    if present is not None:
        return present
    letter.state = LetterState.DELIVERED
    if account is None:
        letter.way = DeliveryWay.PRINT
        letter.save(update_fields=["state", "way"])
        item = PrintItem.objects.create(letter=letter)
        _audit(actor, "correspondence.letter_queued_for_print", letter)
        return item
    letter.way = DeliveryWay.INBOX
    letter.sent_on = clock.today()
    letter.notified_on = notified_on(letter, letter.sent_on, electronic=True)
    letter.save(update_fields=["state", "way", "sent_on", "notified_on"])
    message = put_into_inbox(
        account=account,
        subject=letter.subject,
        title=letter.title,
        summary=letter.summary,
        body_html=letter.html,
        letter=letter,
        document_id=letter.document_id,
    )
    _audit(actor, "correspondence.letter_delivered", letter, message=message.pk)
    return message


def delivered_as(letter: Letter) -> InboxMessage | PrintItem | None:
    """What became of a letter: the message, the print item, or nothing yet."""
    if letter.state != LetterState.DELIVERED:
        # Another worker may have been faster than the row at hand.
        letter.refresh_from_db(fields=["state", "way"])
    if letter.way == DeliveryWay.INBOX:
        return InboxMessage.objects.get(letter=letter)
    if letter.way == DeliveryWay.PRINT:
        return PrintItem.objects.get(letter=letter)
    return None


def notified_on(letter: Letter, sent_on: date, *, electronic: bool) -> date:
    """Bekanntgabe (§ 41 (2), (2a) VwVfG; § 122 (2), (2a) AO for notices under tax law)."""
    tax = compiled(letter.template_version).is_tax_matter
    return timelimits.notified_on(sent_on, electronic=electronic, tax=tax)


def _title(
    template_version: LetterTemplateVersion, context: Mapping[str, object], recipient: Recipient
) -> str:
    return fill_letter(template_version, context, sender=sender_for(), recipient=recipient).title


def _audit(actor: Actor, action: str, letter: Letter, **details: object) -> None:
    audit.append(
        actor=actor.audit_name, action=action, subject=f"correspondence.letter:{letter.pk}", details=details
    )
