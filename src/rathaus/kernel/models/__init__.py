"""The tables of the kernel."""

from .audit import AuditEntry, AuditHead, AuditSeal
from .blobs import Blob
from .cache import CacheEntry
from .jobs import Job, JobState, PeriodicSchedule
from .numbering import Counter

__all__ = [
    "AuditEntry",
    "AuditHead",
    "AuditSeal",
    "Blob",
    "CacheEntry",
    "Counter",
    "Job",
    "JobState",
    "PeriodicSchedule",
]
