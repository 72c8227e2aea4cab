"""Short texts to an applicant: into the inbox, else by post, else by e-mail."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from pathlib import Path
from uuid import UUID

from django.core.mail import EmailMessage
from django.db import transaction

from rathaus.identity.public import SYSTEM, Actor, UserAccount, policies, town
from rathaus.kernel.public import audit, blobs, clock

from ..models import InboxMessage, Letter
from ..parties import Recipient, References
from ..tasks import send_notice
from .inbox import send_message
from .letters import deliver, issue_letter
from .rendering import render_letter
from .senders import sender_for
from .templates import publish_letter

TEMPLATE_KEY = "rathaus/mitteilung"
_SOURCE = Path(__file__).parents[1] / "texts" / "mitteilung.md"


@transaction.atomic
def notify_applicant(
    *,
    actor: Actor,
    account: UserAccount | None,
    recipient: Recipient | Mapping[str, object],
    subject: UUID,
    title: str,
    text: str,
    reference: str = "",
    answer_by: date | None = None,
    key: str | None = None,
) -> InboxMessage | None:
    """Send a text once for each `key`: into the inbox of the account, else as a letter or e-mail by a job."""
    policies.check(actor, "correspondence.send_message")
    if account is not None:
        return send_message(actor=actor, account=account, subject=subject, title=title, text=text, key=key)
    addressee = recipient if isinstance(recipient, Recipient) else Recipient.from_applicant(recipient)
    send_notice.enqueue(
        {
            "recipient": addressee.to_json(),
            "subject": str(subject),
            "title": title[:300],
            "text": text,
            "reference": reference,
            "answer_by": answer_by.isoformat() if answer_by else None,
            "key": key or "",
        }
    )
    audit.append(
        actor=actor.audit_name,
        action="correspondence.notice_queued",
        details={"case": subject, "key": key or ""},
    )
    return None


def deliver_notice(notice: Mapping[str, str | None]) -> Letter | None:
    """The job's work: a letter to a postal address, else an e-mail; None where neither is known."""
    recipient = Recipient.from_json(_texts(notice.get("recipient")))
    if recipient.is_postal:
        return _post(recipient, notice)
    if recipient.email:
        text = f"{recipient.greeting}\n\n{notice['text']}\n\n{town()}\n"
        EmailMessage(subject=notice["title"] or "", body=text, to=[recipient.email]).send()
    return None


def _post(recipient: Recipient, notice: Mapping[str, str | None]) -> Letter:
    version = publish_letter(actor=SYSTEM, key=TEMPLATE_KEY, source=_SOURCE.read_text(encoding="utf-8"))
    answer_by = notice.get("answer_by")
    context = {
        "titel": notice["title"],
        "text": notice["text"],
        "antwort_bis": date.fromisoformat(answer_by) if answer_by else None,
    }
    reference = notice.get("reference") or ""
    rendered = render_letter(
        version,
        context,
        sender=sender_for(),
        recipient=recipient,
        references=References(case_reference=reference, on=clock.today()),
    )
    pdf = blobs.store(rendered.pdf, "application/pdf")
    with transaction.atomic():
        letter = issue_letter(
            actor=SYSTEM,
            subject=UUID(notice["subject"] or ""),
            template_version=version,
            context=context,
            pdf=pdf,
            html=rendered.html,
            recipient=recipient,
            title=rendered.title,
            reference=reference,
            once=notice.get("key") or None,
        )
        deliver(actor=SYSTEM, letter=letter)
    return letter


def _texts(value: object) -> dict[str, str]:
    return {str(key): str(item) for key, item in value.items()} if isinstance(value, Mapping) else {}
