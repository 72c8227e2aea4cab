"""The e-mail hint to a new message: it tells that there is one, never what it says."""

from __future__ import annotations

from uuid import UUID

from django.conf import settings
from django.core.mail import EmailMessage
from django.utils import translation
from django.utils.translation import gettext

from rathaus.identity.public import town
from rathaus.kernel.public import clock, mail

from ..models import InboxMessage


def send_inbox_hint(message_id: UUID) -> None:
    """Tell a citizen by e-mail that there is a message, without saying about what; once."""
    message = InboxMessage.objects.select_related("account").filter(pk=message_id, hinted_at=None).first()
    if message is None or not message.account.email or message.read_at is not None:
        return
    with translation.override(message.account.language or settings.LANGUAGE_CODE):
        hint = EmailMessage(
            subject=gettext("New message from %(town)s") % {"town": town()},
            body=_hint_text(),
            to=[message.account.email],
            headers={
                "Message-ID": mail.message_id(f"message-{message.pk}")
            },  # a mail that is sent twice is known again
        )
        hint.send()
    InboxMessage.objects.filter(pk=message.pk).update(hinted_at=clock.now())


def _hint_text() -> str:
    paragraphs = (
        gettext("Good day,"),
        gettext("You have a new message in your inbox."),
        gettext("Sign in to read it: %(address)s") % {"address": f"{settings.RATHAUS_PUBLIC_URL}/konto/"},
        gettext("For your protection this e-mail contains no content. Please do not reply to it."),
        str(town()),
    )
    return "\n\n".join(paragraphs) + "\n"
