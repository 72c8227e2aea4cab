from __future__ import annotations

from uuid import UUID

from django.db import transaction
from django.utils.html import linebreaks

from rathaus.identity.public import Actor, UserAccount, policies
from rathaus.kernel.public import audit, clock, events

from ..events import MessageDelivered
from ..models import InboxMessage, Letter


@transaction.atomic
def send_message(
    *,
    actor: Actor,
    account: UserAccount,
    subject: UUID | None,
    title: str,
    text: str,
    key: str | None = None,
) -> InboxMessage:
    """Put a plain text into a citizen's inbox, with an e-mail hint; the same `key` gives the same message."""
    policies.check(actor, "correspondence.send_message")
    if key and (present := InboxMessage.objects.filter(key=key).first()):
        return present
    message = put_into_inbox(
        account=account,
        subject=subject,
        title=title[:300],
        summary="",
        body_html=linebreaks(text, autoescape=True),
        key=key,
    )
    audit.append(
        actor=actor.audit_name,
        action="correspondence.message_sent",
        subject=f"correspondence.message:{message.pk}",
        details={"case": subject},
    )
    return message


def put_into_inbox(
    *,
    account: UserAccount,
    subject: UUID | None,
    title: str,
    summary: str,
    body_html: str,
    letter: Letter | None = None,
    document_id: UUID | None = None,
    key: str | None = None,
) -> InboxMessage:
    """The message and its event, which brings the e-mail hint; inside the caller's transaction."""
    message = InboxMessage.objects.create(
        account=account,
        subject=subject,
        title=title,
        summary=summary,
        body_html=body_html,
        letter=letter,
        document_id=document_id,
        key=key,
    )
    events.emit(MessageDelivered(message.pk, account.pk, subject, letter.pk if letter else None))
    return message


@transaction.atomic
def mark_read(*, actor: Actor, message: InboxMessage) -> InboxMessage:
    """Note the first reading; later ones change nothing."""
    policies.check(actor, "correspondence.read_message", message)
    moment = clock.now()
    if InboxMessage.objects.filter(pk=message.pk, read_at=None).update(read_at=moment):
        message.read_at = moment
        audit.append(
            actor=actor.audit_name,
            action="correspondence.message_read",
            subject=f"correspondence.message:{message.pk}",
        )
    return message
