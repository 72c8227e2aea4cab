"""E-mails as jobs: part of the transaction that wants them, sent when it is committed, again when it failed."""

from __future__ import annotations

from collections.abc import Sequence
from email.utils import parseaddr

from django.conf import settings
from django.core.mail import EmailMessage
from django_tasks import TaskContext, task

__all__ = ["message_id", "post"]


def post(subject: str, body: str, recipients: Sequence[str], *, sender: str = "") -> None:
    """Have a mail sent, unless the transaction is rolled back; nothing is lost where the mail server is away.

    A worker that is killed between the server's answer and its own note sends once more, under the same
    Message-ID, by which mail servers and programs know it again.
    """
    send_mail.enqueue(subject, body, sender or settings.DEFAULT_FROM_EMAIL, list(recipients))


@task(takes_context=True)
def send_mail(context: TaskContext, subject: str, body: str, sender: str, recipients: list[str]) -> None:
    """Send one mail."""
    headers = {"Message-ID": message_id(f"job-{context.task_result.id}")}
    EmailMessage(subject, body, sender, recipients, headers=headers).send()


def message_id(key: str) -> str:
    """The same for the same key: ``<key@town.example>``."""
    domain = parseaddr(settings.DEFAULT_FROM_EMAIL)[1].rpartition("@")[2] or "localhost"
    return f"<rathaus-{key}@{domain}>"
