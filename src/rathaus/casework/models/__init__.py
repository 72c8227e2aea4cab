from rathaus.casework.models.co_signatures import CoSignature
from rathaus.casework.models.entries import CounterEntry, TaskDraft

__all__ = ["CoSignature", "CounterEntry", "TaskDraft"]
