from __future__ import annotations

from django_tasks import task

from .queue import purge_done


@task
def purge_jobs() -> None:
    """Remove jobs that were done long ago."""
    purge_done()
