"""Work that outlives the request: enqueued in the transaction, run by a worker, again if it is killed."""

from django_tasks import task

from ..models import Job, JobState
from .dispatch import Dispatcher, Notice, WorkerOptions, register_dispatcher
from .execution import LeaseLost, run_pending, settle, worker_name
from .execution import run as run_claimed
from .housekeeping import Housekeeper
from .periodic import Rhythm, periodic, rhythms, tick
from .pulse import Pulse
from .queue import capped_counts, claim_one, recent, retry, retry_all, state_counts
from .stopping import Stopping
from .worker import JobTimedOut

__all__ = [
    "Dispatcher",
    "Housekeeper",
    "Job",
    "JobState",
    "JobTimedOut",
    "LeaseLost",
    "Notice",
    "Pulse",
    "Rhythm",
    "Stopping",
    "WorkerOptions",
    "capped_counts",
    "claim_one",
    "periodic",
    "recent",
    "register_dispatcher",
    "retry",
    "retry_all",
    "rhythms",
    "run_claimed",
    "run_pending",
    "settle",
    "state_counts",
    "task",
    "tick",
    "worker_name",
]
