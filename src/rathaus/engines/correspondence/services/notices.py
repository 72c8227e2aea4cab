"""Short texts to an applicant: into the inbox, else by post, else by e-mail."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from uuid import UUID

from django.core.mail import EmailMessage
from django.db import transaction

from rathaus.identity.public import SYSTEM, Actor, UserAccount, policies, town
from rathaus.kernel.public import audit, blobs, clock, events

from ..events import NoticeRequested
from ..models import InboxMessage, Letter
from ..parties import Recipient, References
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
    """Send a text once for each `key`: into the inbox of the account, else as a letter or e-mail after commit."""
    policies.check(actor, "correspondence.send_message")
    if account is not None:
        return send_message(actor=actor, account=account, subject=subject, title=title, text=text, key=key)
    addressee = recipient if isinstance(recipient, Recipient) else Recipient.from_applicant(recipient)
    events.emit(
        NoticeRequested(
            subject=subject,
            recipient=json.dumps(addressee.to_json(), ensure_ascii=False),
            title=title[:300],
            text=text,
            reference=reference,
            answer_by=answer_by,
            key=key or "",
        )
    )
    audit.append(
        actor=actor.audit_name,
        action="correspondence.notice_queued",
        details={"case": subject, "key": key or ""},
    )
    return None


def deliver_notice(notice: NoticeRequested) -> Letter | None:
    """A letter to a postal address, else an e-mail; None where there is no letter."""
    recipient = Recipient.from_json(json.loads(notice.recipient))
    if recipient.is_postal:
        return _post(recipient, notice)
    if recipient.email:
        text = f"{recipient.greeting}\n\n{notice.text}\n\n{town()}\n"
        EmailMessage(subject=notice.title, body=text, to=[recipient.email]).send()
    return None


def _post(recipient: Recipient, notice: NoticeRequested) -> Letter:
    version = publish_letter(actor=SYSTEM, key=TEMPLATE_KEY, source=_SOURCE.read_text(encoding="utf-8"))
    context = {"titel": notice.title, "text": notice.text, "antwort_bis": notice.answer_by}
    rendered = render_letter(
        version,
        context,
        sender=sender_for(),
        recipient=recipient,
        references=References(case_reference=notice.reference, on=clock.today()),
    )
    pdf = blobs.store(rendered.pdf, "application/pdf")
    with transaction.atomic():
        letter = issue_letter(
            actor=SYSTEM,
            subject=notice.subject,
            template_version=version,
            context=context,
            pdf=pdf,
            html=rendered.html,
            recipient=recipient,
            title=rendered.title,
            reference=notice.reference,
            once=notice.key or None,
        )
        deliver(actor=SYSTEM, letter=letter)
    return letter
