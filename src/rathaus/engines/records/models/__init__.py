from .cases import Case, CaseSearchEntry, FollowUp, Participant
from .disposal import DestructionResult, DisposalItem, DisposalList, ErasurePermit, Hold
from .documents import Document, DocumentVersion, FileNote
from .file_plan import Dossier, FilePlanEntry
from .protection import CaseProtection, Disclosure, InformationBlock
from .timeline import TimelineEntry

__all__ = [
    "Case",
    "CaseProtection",
    "CaseSearchEntry",
    "DestructionResult",
    "Disclosure",
    "DisposalItem",
    "DisposalList",
    "Document",
    "DocumentVersion",
    "Dossier",
    "ErasurePermit",
    "FileNote",
    "FilePlanEntry",
    "FollowUp",
    "Hold",
    "InformationBlock",
    "Participant",
    "TimelineEntry",
]
