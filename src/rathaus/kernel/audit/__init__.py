"""Who did what, provably: append in the transaction, sealed within seconds, checked at will."""

from ..models import AuditEntry
from .entries import append, entries_for
from .sealing import Head, head, seal, waiting
from .verification import verify

__all__ = ["AuditEntry", "Head", "append", "entries_for", "head", "seal", "verify", "waiting"]
