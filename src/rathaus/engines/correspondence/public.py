"""The only door of correspondence: letters from text to post, the citizens' inbox, the signature."""

from .confidential import Confidential, confidential
from .enums import DeliveryWay, LetterKind, LetterState, PrintState, Remedy
from .events import LetterIssued, LetterPosted, MessageDelivered
from .letters.compiler import ALWAYS_KNOWN, CompiledLetter
from .letters.problems import InvalidLetter, LetterNotFillable
from .models import (
    InboxMessage,
    Letter,
    LetterTemplate,
    LetterTemplateVersion,
    PrintBatch,
    PrintItem,
    SigningAuthority,
)
from .parties import FooterColumn, Recipient, References, Sender, Signature
from .queries.inbox import (
    MessageNotFound,
    inbox_of,
    message_count,
    message_for,
    messages_about,
    unread_count,
)
from .queries.letters import current_version, letters_of
from .queries.printing import print_batches, waiting_items
from .services.applications import render_application_pdf
from .services.erasure import erase_inbox, erase_letters
from .services.inbox import mark_read, send_message
from .services.letters import deliver, issue_letter
from .services.printing import NothingToPrint, NotPostable, create_print_batch, mark_posted, print_file
from .services.rendering import RenderedLetter, render_letter
from .services.senders import sender_for
from .services.signing import grant_signing_authority, may_sign, revoke_signing_authority
from .services.templates import check_letter, compiled, publish_letter

__all__ = [
    "ALWAYS_KNOWN",
    "CompiledLetter",
    "Confidential",
    "DeliveryWay",
    "FooterColumn",
    "InboxMessage",
    "InvalidLetter",
    "Letter",
    "LetterIssued",
    "LetterKind",
    "LetterNotFillable",
    "LetterPosted",
    "LetterState",
    "LetterTemplate",
    "LetterTemplateVersion",
    "MessageDelivered",
    "MessageNotFound",
    "NotPostable",
    "NothingToPrint",
    "PrintBatch",
    "PrintItem",
    "PrintState",
    "Recipient",
    "References",
    "Remedy",
    "RenderedLetter",
    "Sender",
    "Signature",
    "SigningAuthority",
    "check_letter",
    "compiled",
    "confidential",
    "create_print_batch",
    "current_version",
    "deliver",
    "erase_inbox",
    "erase_letters",
    "grant_signing_authority",
    "inbox_of",
    "issue_letter",
    "letters_of",
    "mark_posted",
    "mark_read",
    "may_sign",
    "message_count",
    "message_for",
    "messages_about",
    "print_batches",
    "print_file",
    "publish_letter",
    "render_application_pdf",
    "render_letter",
    "revoke_signing_authority",
    "send_message",
    "sender_for",
    "unread_count",
    "waiting_items",
]
