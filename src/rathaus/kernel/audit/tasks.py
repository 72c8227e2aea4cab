from __future__ import annotations

import logging

from django.conf import settings
from django.core.mail import EmailMessage
from django_tasks import task

from . import heads
from .sealing import seal

logger = logging.getLogger(__name__)


@task
def seal_entries() -> None:
    """Chain what was committed since the last run."""
    seal()


@task
def export_head() -> None:
    """Write the signed end of the chain into its folder, and send it out of the house where an address is set."""
    path = heads.export()
    if path is None:
        return
    logger.info("audit_head_exported file=%s", path.name)
    if settings.AUDIT_HEAD_MAIL:
        EmailMessage(
            subject=f"Kettenende des Protokolls {path.stem}",
            body=path.read_text(),
            to=[settings.AUDIT_HEAD_MAIL],
        ).send()
