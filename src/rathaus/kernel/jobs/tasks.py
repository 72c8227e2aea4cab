from __future__ import annotations

from django_tasks import task

from ..cache import purge_expired
from .queue import purge_done


@task
def purge_jobs() -> None:
    """Remove jobs that were done long ago."""
    purge_done()


@task
def purge_cache() -> None:
    """Remove counts and other short-lived values whose time is over."""
    purge_expired()


@task
def pulse() -> None:
    """Nothing: that it was run shows that a worker takes jobs and finishes them."""
