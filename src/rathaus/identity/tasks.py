from __future__ import annotations

from django.core.mail import EmailMessage
from django_tasks import TaskContext

from rathaus.identity.services.sessions import remove_expired_sessions
from rathaus.kernel.public import jobs, mail


@jobs.task(takes_context=True)
def send_account_mail(
    context: TaskContext, subject: str, body: str, sender: str, recipients: list[str]
) -> None:
    """Send a mail about an account; tried again later where the mail server does not answer."""
    headers = {"Message-ID": mail.message_id(f"job-{context.task_result.id}")}
    EmailMessage(subject, body, sender, recipients, headers=headers).send()


@jobs.task
def clean_up_sessions() -> None:
    """Remove the sessions whose time is over."""
    remove_expired_sessions()
