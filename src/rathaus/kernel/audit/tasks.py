from __future__ import annotations

from django_tasks import task

from .sealing import seal


@task
def seal_entries() -> None:
    """Chain what was committed since the last run."""
    seal()
