from .cases import Case, CaseSearchEntry, FollowUp, Participant
from .documents import Document, DocumentVersion, FileNote
from .file_plan import Dossier, FilePlanEntry
from .timeline import TimelineEntry

__all__ = [
    "Case",
    "CaseSearchEntry",
    "Document",
    "DocumentVersion",
    "Dossier",
    "FileNote",
    "FilePlanEntry",
    "FollowUp",
    "Participant",
    "TimelineEntry",
]
