"""Work that outlives the request: enqueued in the transaction, run by a worker, again if it is killed."""

from django_tasks import task

from ..models import Job, JobState
from .execution import run_pending
from .periodic import periodic, tick
from .queue import recent, retry, state_counts

__all__ = ["Job", "JobState", "periodic", "recent", "retry", "run_pending", "state_counts", "task", "tick"]
