from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from ..models.letters import ContextEncoder
from ..parties import Sender
from ..rendering.application import SummarySectionLike, application_pdf
from .senders import sender_for


def render_application_pdf(
    title: str,
    reference: str,
    received_at: datetime,
    sections: Iterable[SummarySectionLike],
    *,
    language: str = "de",
    sender: Sender | None = None,
    attachments: Sequence[str] = (),
    notes: Sequence[str] = (),
    data: Mapping[str, object] | None = None,
    draft: bool = False,
) -> bytes:
    """What was applied for, as PDF/A-3a and PDF/UA-1 in German or English.

    `sections` are the forms engine's summary; `notes` are legal notes, one text a paragraph; `data` is embedded as
    JSON beside the pages.
    """
    return application_pdf(
        sender=sender or sender_for(),
        title=title,
        reference=reference,
        received_at=received_at,
        sections=sections,
        language=language,
        attachments=attachments,
        notes=notes,
        data=json.dumps(data, cls=ContextEncoder, ensure_ascii=False, indent=1) if data else "",
        draft=draft,
    )
