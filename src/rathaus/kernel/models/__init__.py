"""The tables of the kernel."""

from .audit import AuditEntry, AuditHead, AuditSeal
from .blobs import Blob
from .jobs import Job, JobState, PeriodicSchedule
from .numbering import Counter

__all__ = ["AuditEntry", "AuditHead", "AuditSeal", "Blob", "Counter", "Job", "JobState", "PeriodicSchedule"]
