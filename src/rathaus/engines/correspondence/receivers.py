"""What correspondence does on its own events, after commit; it may be called twice."""

from __future__ import annotations

from rathaus.kernel.public import events

from .events import MessageDelivered
from .services.hints import send_inbox_hint


def hint_by_email(event: MessageDelivered) -> None:
    send_inbox_hint(event.message_id)


def subscribe() -> None:
    events.subscribe(MessageDelivered, hint_by_email)
