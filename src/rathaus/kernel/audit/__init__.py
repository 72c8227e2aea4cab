"""Who did what, provably: append in the transaction, sealed within seconds, checked at will."""

from ..models import AuditEntry
from .entries import append, entries_for
from .heads import InvalidHead, SignedHead, export, exported, public_key, read_file
from .sealing import Head, head, seal, waiting
from .verification import verify

__all__ = [
    "AuditEntry",
    "Head",
    "InvalidHead",
    "SignedHead",
    "append",
    "entries_for",
    "export",
    "exported",
    "head",
    "public_key",
    "read_file",
    "seal",
    "verify",
    "waiting",
]
