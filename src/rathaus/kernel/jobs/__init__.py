"""Work that outlives the request: enqueued in the transaction, run by a worker, again if it is killed."""

from django_tasks import task

from ..models import Job, JobState
from .dispatch import register_dispatcher
from .execution import LeaseLost, run_pending, settle
from .periodic import Rhythm, periodic, rhythms, tick
from .queue import recent, retry, retry_all, state_counts

__all__ = [
    "Job",
    "JobState",
    "LeaseLost",
    "Rhythm",
    "periodic",
    "recent",
    "register_dispatcher",
    "retry",
    "retry_all",
    "rhythms",
    "run_pending",
    "settle",
    "state_counts",
    "task",
    "tick",
]
