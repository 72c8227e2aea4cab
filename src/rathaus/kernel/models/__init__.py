"""The tables of the kernel."""

from .audit import AuditEntry, AuditHead, AuditSeal
from .backups import BackupRun
from .blobs import Blob
from .cache import CacheEntry
from .jobs import Job, JobState, PeriodicSchedule
from .keys import KeptKey
from .numbering import Counter

__all__ = [
    "AuditEntry",
    "AuditHead",
    "AuditSeal",
    "BackupRun",
    "Blob",
    "CacheEntry",
    "Counter",
    "Job",
    "JobState",
    "KeptKey",
    "PeriodicSchedule",
]
