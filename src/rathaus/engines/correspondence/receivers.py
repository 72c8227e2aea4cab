"""What correspondence does on its own events, after commit. Each may be called twice."""

from __future__ import annotations

from rathaus.kernel.public import events

from .events import MessageDelivered, NoticeRequested
from .services.hints import send_inbox_hint
from .services.notices import deliver_notice


def hint_by_email(event: MessageDelivered) -> None:
    send_inbox_hint(event.message_id)


def write_notice(event: NoticeRequested) -> None:
    deliver_notice(event)


def subscribe() -> None:
    events.subscribe(MessageDelivered, hint_by_email)
    events.subscribe(NoticeRequested, write_notice)
