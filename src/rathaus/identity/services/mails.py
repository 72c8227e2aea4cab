from __future__ import annotations

from django.conf import settings
from django.utils.module_loading import import_string


def enqueue_mail(subject: str, body: str, address: str) -> None:
    """Have a mail about an account sent by a job; the task lies above the services, so it is named by its path."""
    task = import_string("rathaus.identity.tasks.send_account_mail")
    task.enqueue(subject, body, settings.DEFAULT_FROM_EMAIL, [address])
