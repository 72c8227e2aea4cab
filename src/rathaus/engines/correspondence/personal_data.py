"""The inbox of an account: handed out and let go. Letters stay in their cases."""

from __future__ import annotations

from django.utils.html import strip_tags
from django.utils.translation import gettext_lazy as _

from rathaus.engines.correspondence.models import InboxMessage
from rathaus.engines.correspondence.services.erasure import erase_inbox
from rathaus.identity.public import AccountExport, AccountHolder, UserAccount, account_holders


def export(account: UserAccount, found: AccountExport) -> None:
    messages = InboxMessage.objects.filter(account=account).select_related("letter").order_by("created_at")
    found.sections["messages"] = [
        {
            "title": message.title,
            "received_at": message.created_at,
            "read_at": message.read_at,
            "text": message.letter.text if message.letter else strip_tags(message.body_html).strip(),
        }
        for message in messages
    ]
    for message in messages:
        if message.letter is not None:
            found.files[f"postfach/{message.created_at:%Y-%m-%d}-{message.pk}.pdf"] = message.letter.pdf_id


def erase(account: UserAccount) -> set[str]:
    erase_inbox(account.pk)
    return set()


def register() -> None:
    account_holders.register(AccountHolder("messages", _("Inbox"), export, erase))
