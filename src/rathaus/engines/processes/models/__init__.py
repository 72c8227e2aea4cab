from .definitions import ProcessDefinition, ProcessVersion
from .instances import HistoryEntry, Incident, MessageWait, ProcessInstance, Timer, Token
from .tasks import UserTask

__all__ = [
    "HistoryEntry",
    "Incident",
    "MessageWait",
    "ProcessDefinition",
    "ProcessInstance",
    "ProcessVersion",
    "Timer",
    "Token",
    "UserTask",
]
