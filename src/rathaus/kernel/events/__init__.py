"""Facts in the past tense, delivered after commit, at least once."""

from .base import Event
from .delivery import emit, subscribe, subscribers_of

__all__ = ["Event", "emit", "subscribe", "subscribers_of"]
