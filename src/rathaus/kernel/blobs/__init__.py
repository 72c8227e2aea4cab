"""Documents as content: stored once, encrypted, checked at each reading."""

from ..models import Blob
from .errors import BlobAway, BlobBroken, BlobError, BlobMissing
from .places import Found, Place, places
from .removal import discard, sweep
from .store import exists, read, store
from .trouble import count_unreadable, note_unreadable

__all__ = [
    "Blob",
    "BlobAway",
    "BlobBroken",
    "BlobError",
    "BlobMissing",
    "Found",
    "Place",
    "count_unreadable",
    "discard",
    "exists",
    "note_unreadable",
    "places",
    "read",
    "store",
    "sweep",
]
