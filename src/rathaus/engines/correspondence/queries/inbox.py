from __future__ import annotations

from uuid import UUID

from django.db.models import QuerySet

from rathaus.identity.public import Actor, UserAccount

from ..models import InboxMessage


class MessageNotFound(LookupError):
    """There is no such message, or it is somebody else's."""


def inbox_of(actor: Actor) -> QuerySet[InboxMessage]:
    """The actor's own messages, newest first, without their texts."""
    if actor.account_id is None:
        return InboxMessage.objects.none()
    return InboxMessage.objects.filter(account_id=actor.account_id).defer("body_html")


def message_for(actor: Actor, message_id: UUID) -> InboxMessage:
    """Raises MessageNotFound."""
    own = InboxMessage.objects.filter(account_id=actor.account_id).select_related("letter")
    message = own.filter(pk=message_id).first() if actor.account_id else None
    if message is None:
        raise MessageNotFound(str(message_id))
    return message


def unread_count(actor: Actor) -> int:
    if actor.account_id is None:
        return 0
    return InboxMessage.objects.filter(account_id=actor.account_id, read_at=None).count()


def message_count(subject: UUID, account: UserAccount | None = None) -> int:
    """How many messages about a case were put into inboxes, or into that of one account."""
    messages = InboxMessage.objects.filter(subject=subject)
    return (messages if account is None else messages.filter(account=account)).count()


def messages_about(subject: UUID) -> QuerySet[InboxMessage]:
    """What citizens were sent about a case; whether the caller may see the case is the caller's question."""
    return InboxMessage.objects.filter(subject=subject).defer("body_html")
