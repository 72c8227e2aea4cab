from __future__ import annotations

from django.core.mail import EmailMessage
from django_tasks import TaskContext

from rathaus.identity.events import ExportRequested
from rathaus.identity.services.cleanup import run_cleanup
from rathaus.identity.services.data_exports import build_export
from rathaus.identity.services.erasure import erase_due_accounts
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


@jobs.task
def delete_by_rule() -> None:
    """What is no longer needed, and accounts whose day has come."""
    erase_due_accounts()
    run_cleanup()


def put_data_together(event: ExportRequested) -> None:
    build_export(event.export_id)
