"""Letters for tests: a template, a filled letter, a sender and a recipient, without or with the database."""

from __future__ import annotations

import itertools
import uuid
from collections.abc import Mapping

from rathaus.engines.correspondence.models import Letter, LetterTemplateVersion
from rathaus.engines.correspondence.parties import FooterColumn, Recipient, Sender
from rathaus.engines.correspondence.public import (
    Remedy,
    issue_letter,
    publish_letter,
    render_letter,
    sender_for,
)
from rathaus.identity.public import SYSTEM
from rathaus.kernel.public import blobs

_numbers = itertools.count(1)


def source(
    body: str = "Ihr Antrag ist genehmigt.",
    *,
    key: str = "bescheid",
    kind: str = "decision",
    remedy: str = "objection",
    title: str = "Bescheid",
    more: str = "",
) -> str:
    """The text of a letter; `more` are further lines of its head."""
    head = f'schema: 1\nkey: {key}\ntitle: {{de: "{title}"}}\nkind: {kind}\nremedy: {remedy}\n{more}'
    return f"---\n{head.rstrip()}\n---\n{body}\n"


def sender(**fields: object) -> Sender:
    values: dict[str, object] = {
        "town": "Stadt Musterstadt",
        "unit": "Steueramt",
        "phone": "0123 45-67",
        "email": "steueramt@musterstadt.example",
        "address": "Marktplatz 1, 99999 Musterstadt",
        "sender_line": "Stadt Musterstadt · Marktplatz 1 · 99999 Musterstadt",
        "footer": (FooterColumn("Anschrift", ("Marktplatz 1", "99999 Musterstadt")),),
        "remedies": {Remedy.OBJECTION: "Sie können Widerspruch erheben.\n\nBeim Steueramt."},
    }
    return Sender(**{**values, **fields})  # type: ignore[arg-type]  # passed on as they are


def recipient(**fields: object) -> Recipient:
    values: dict[str, object] = {
        "name": "Erika Muster",
        "street": "Lindenstraße",
        "house_number": "7",
        "postcode": "99999",
        "city": "Musterstadt",
    }
    return Recipient(**{**values, **fields})  # type: ignore[arg-type]  # passed on as they are


def template(text: str = "", *, key: str = "") -> LetterTemplateVersion:
    """A published template; needs the database."""
    return publish_letter(
        actor=SYSTEM, key=key or f"dienst-{next(_numbers)}/bescheid", source=text or source()
    )


def letter(
    *,
    text: str = "",
    context: Mapping[str, object] | None = None,
    subject: uuid.UUID | None = None,
    to: Recipient | None = None,
) -> Letter:
    """An issued letter that is not delivered yet."""
    version = template(text)
    addressee = to or recipient()
    values = context or {}
    rendered = render_letter(version, values, sender=sender_for(), recipient=addressee)
    return issue_letter(
        actor=SYSTEM,
        subject=subject or uuid.uuid4(),
        template_version=version,
        context=values,
        pdf=blobs.store(rendered.pdf, "application/pdf"),
        html=rendered.html,
        recipient=addressee,
        title=rendered.title,
        summary=rendered.summary,
        reference="20.3-2026-00017",
    )
