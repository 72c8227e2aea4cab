"""Our backend of the ``django_tasks`` interface: jobs are rows in the town's database."""

from __future__ import annotations

import json
from typing import Any

from django.utils.module_loading import import_string
from django_tasks import TaskResult, TaskResultStatus
from django_tasks.backends.base import BaseTaskBackend
from django_tasks.base import Task, TaskError
from django_tasks.exceptions import TaskResultDoesNotExist

from .. import clock
from ..models import Job, JobState
from . import queue

STATUS = {
    JobState.READY: TaskResultStatus.READY,
    JobState.RUNNING: TaskResultStatus.RUNNING,
    JobState.DONE: TaskResultStatus.SUCCESSFUL,
    JobState.DEAD: TaskResultStatus.FAILED,
}


class UnknownTask(LookupError):
    """The job names something that is no task (any more)."""


def task_of(job: Job) -> Task[..., Any]:
    """The task that a job names. Raises UnknownTask; nothing but a declared task is ever called."""
    try:
        found = import_string(job.task)
    except ImportError as error:
        raise UnknownTask(f"no task {job.task}") from error
    if not isinstance(found, Task):
        raise UnknownTask(f"{job.task} is not a task")
    return found


class DatabaseBackend(BaseTaskBackend):
    """``TASKS = {"default": {"BACKEND": "rathaus.kernel.jobs.backend.DatabaseBackend"}}``"""

    supports_defer = True
    supports_priority = True
    supports_get_result = True

    def enqueue(self, task: Task[..., Any], args: Any, kwargs: Any) -> TaskResult[Any]:
        """Add one job in the current transaction: one INSERT. Raises TypeError for what is not JSON."""
        moment = clock.now()
        payload = json.dumps({"args": args, "kwargs": kwargs}, ensure_ascii=False)
        (job_id,) = queue.insert(
            task.module_path,
            [payload],
            queue=task.queue_name,
            priority=task.priority,
            enqueued_at=moment,
            run_after=task.run_after or moment,
        )
        return TaskResult(
            task=task,
            id=str(job_id),
            status=TaskResultStatus.READY,
            enqueued_at=moment,
            started_at=None,
            finished_at=None,
            last_attempted_at=None,
            args=list(args),
            kwargs=kwargs,
            backend=self.alias,
            errors=[],
            worker_ids=[],
        )

    def enqueue_payloads(self, task: Task[..., Any], payloads: list[str]) -> None:
        """Add several jobs of one task by one INSERT; a payload is ``{"args": [...], "kwargs": {...}}``."""
        moment = clock.now()
        queue.insert(
            task.module_path,
            payloads,
            queue=task.queue_name,
            priority=task.priority,
            enqueued_at=moment,
            run_after=moment,
        )

    def get_result(self, result_id: str) -> TaskResult[Any]:
        job = Job.objects.filter(pk=int(result_id)).first() if result_id.isdecimal() else None
        if job is None:
            raise TaskResultDoesNotExist(result_id)
        return result_of(job, self.alias)


def result_of(job: Job, alias: str = "default") -> TaskResult[Any]:
    """A job in the words of ``django_tasks``."""
    payload = json.loads(job.payload)
    errors = []
    if job.last_error:
        errors.append(TaskError(exception_class_path="builtins.Exception", traceback=job.last_error))
    result: TaskResult[Any] = TaskResult(
        task=task_of(job),
        id=str(job.id),
        status=STATUS[JobState(job.state)],
        enqueued_at=job.enqueued_at,
        started_at=job.started_at,
        finished_at=job.finished_at,
        last_attempted_at=job.started_at,
        args=payload["args"],
        kwargs=payload["kwargs"],
        backend=alias,
        errors=errors,
        worker_ids=[job.worker] * job.attempts,
    )
    object.__setattr__(result, "_return_value", json.loads(job.result or "null"))
    return result
