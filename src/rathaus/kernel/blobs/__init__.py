"""Documents as content: stored once, encrypted, checked at each reading."""

from ..models import Blob
from .errors import BlobBroken, BlobError, BlobMissing
from .store import exists, read, store

__all__ = ["Blob", "BlobBroken", "BlobError", "BlobMissing", "exists", "read", "store"]
