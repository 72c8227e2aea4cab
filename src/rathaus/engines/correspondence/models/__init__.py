from .inbox import InboxMessage
from .letters import Letter
from .printing import PrintBatch, PrintItem
from .signing import SigningAuthority
from .templates import LetterTemplate, LetterTemplateVersion

__all__ = [
    "InboxMessage",
    "Letter",
    "LetterTemplate",
    "LetterTemplateVersion",
    "PrintBatch",
    "PrintItem",
    "SigningAuthority",
]
