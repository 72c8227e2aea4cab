from __future__ import annotations

import logging

from django_tasks import task

from .removal import sweep

logger = logging.getLogger(__name__)


@task
def sweep_blobs() -> None:
    """Throw away contents that nothing refers to any more."""
    count, size = sweep()
    if count:
        logger.info("blobs_swept count=%d bytes=%d", count, size)
