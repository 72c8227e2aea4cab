"""Documents as content: stored once, encrypted, checked at each reading."""

from ..models import Blob
from .errors import BlobAway, BlobBroken, BlobError, BlobMissing
from .places import Found, Place, places
from .removal import discard, sweep
from .store import exists, read, store

__all__ = [
    "Blob",
    "BlobAway",
    "BlobBroken",
    "BlobError",
    "BlobMissing",
    "Found",
    "Place",
    "discard",
    "exists",
    "places",
    "read",
    "store",
    "sweep",
]
