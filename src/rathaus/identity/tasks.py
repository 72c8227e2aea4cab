from __future__ import annotations

from django.core.mail import EmailMessage

from rathaus.kernel.public import jobs


@jobs.task
def send_account_mail(subject: str, body: str, sender: str, recipients: list[str]) -> None:
    """Send a mail about an account; tried again later where the mail server does not answer."""
    EmailMessage(subject, body, sender, recipients).send()
