"""A filled letter with its frame, as PDF and as HTML."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time

from django.template.loader import render_to_string
from django.utils import timezone

from rathaus.kernel.public import clock, text

from ..enums import Remedy
from ..letters.evaluation import LetterContent, plain_text
from ..letters.nodes import Block, Paragraph
from ..parties import MACHINE_MADE, FooterColumn, Recipient, References, Sender, Signature
from .html import blocks_html, inlines_html
from .letterhead import frame
from .tree import blocks_data, inlines_data
from .typst_pdf import compile_pdf

REMEDY_TITLE = "Rechtsbehelfsbelehrung"
CLOSING = "Mit freundlichen Grüßen"
_GREETINGS = ("sehr geehrte", "guten tag", "guten morgen", "liebe", "hallo")
_CLOSINGS = ("mit freundlich", "hochachtungsvoll", "freundliche grüße", "viele grüße")


@dataclass(frozen=True, slots=True)
class LetterPage:
    """Everything that stands in a letter."""

    content: LetterContent
    sender: Sender
    recipient: Recipient
    references: References
    signature: Signature | None = None
    remedy: Remedy = Remedy.NONE
    attachments: Sequence[str] = ()
    draft: bool = False

    @property
    def dated(self) -> date:
        return self.references.on or clock.today()

    @property
    def remedy_paragraphs(self) -> list[str]:
        """Rechtsbehelfsbelehrung (§ 58 VwGO), one text a paragraph; none where no remedy is given."""
        if self.remedy is Remedy.NONE:
            return []
        notice = self.sender.remedies.get(self.remedy, "")
        return [paragraph.strip() for paragraph in notice.split("\n\n") if paragraph.strip()]

    @property
    def greeting(self) -> str:
        """The salutation, unless the author wrote one."""
        return "" if _has_greeting(self.content.blocks) else self.recipient.greeting

    @property
    def closing(self) -> str:
        """The closing formula, unless the author wrote one."""
        return "" if _has_closing(self.content.blocks) else CLOSING

    @property
    def info(self) -> list[tuple[str, str]]:
        """The information block (DIN 5008): label and value, empty ones left out."""
        references, sender = self.references, self.sender
        rows = (
            ("Aktenzeichen", references.file_reference),
            ("Geschäftszeichen", references.case_reference),
            ("Ihr Zeichen", references.your_reference),
            (
                "Ihr Schreiben",
                text.format_date(references.your_letter_of) if references.your_letter_of else "",
            ),
            ("Auskunft erteilt", sender.contact),
            ("Zimmer", sender.room),
            ("Telefon", sender.phone),
            ("E-Mail", sender.email),
            ("Datum", text.format_date(self.dated)),
        )
        return [(label, value) for label, value in rows if value]


def letter_pdf(page: LetterPage) -> bytes:
    """PDF/A-3a and PDF/UA-1; the same page gives the same bytes."""
    moment = datetime.combine(page.dated, time(12), timezone.get_default_timezone())
    return compile_pdf("letter", _letter_data(page), at=moment)


def letter_html(page: LetterPage) -> str:
    """The body of the letter for a page whose heading is the letter's title."""
    context = {
        "page": page,
        "content": page.content,
        "subject": inlines_html(page.content.subject),
        "body": blocks_html(page.content.blocks, top_level=3),
        "remedy_title": REMEDY_TITLE,
        "note": _note(page),
    }
    return render_to_string("correspondence/letter.html", context)


def _letter_data(page: LetterPage) -> dict[str, object]:
    content, sender = page.content, page.sender
    paragraphs = page.remedy_paragraphs
    data = frame(sender, title=content.title, language="de", draft=page.draft)
    data.update(
        subject=inlines_data(content.subject),
        greeting=page.greeting,
        blocks=blocks_data(content.blocks),
        date=text.format_date(page.dated),
        running_head=_running_head(page),
        recipient={"lines": list(page.recipient.address_lines), "remark": page.recipient.remark},
        info=[[label, value.replace("@", "@\u200b")] for label, value in page.info],
        footer=[_column(column) for column in sender.footer],
        remedy={"title": REMEDY_TITLE, "paragraphs": paragraphs} if paragraphs else None,
        signature=_signature_data(page),
        attachments=list(page.attachments),
    )
    return data


def _running_head(page: LetterPage) -> str:
    reference = page.references.file_reference or page.references.case_reference
    parts = (page.content.title, f"Aktenzeichen {reference}" if reference else "")
    return " · ".join(part for part in parts if part)


def _signature_data(page: LetterPage) -> dict[str, str]:
    signature = page.signature or Signature("", "", "")
    unit = signature.unit or (page.sender.unit if signature.name else "")
    return {
        "closing": page.closing,
        "name": signature.name,
        "unit": unit,
        "on_behalf": signature.on_behalf,
        "note": _note(page),
    }


def _note(page: LetterPage) -> str:
    """§ 37 (5) VwVfG: a letter made by machine needs neither signature nor name."""
    return "" if page.signature and page.signature.name else MACHINE_MADE


def _column(column: FooterColumn) -> dict[str, object]:
    return {"title": column.title, "lines": list(column.lines)}


def _has_greeting(blocks: Sequence[Block]) -> bool:
    paragraphs = (block for block in blocks[:2] if isinstance(block, Paragraph))
    return any(plain_text(block.children).lower().startswith(_GREETINGS) for block in paragraphs)


def _has_closing(blocks: Sequence[Block]) -> bool:
    return any(
        plain_text(block.children).lower().startswith(_CLOSINGS)
        for block in blocks[-3:]
        if isinstance(block, Paragraph)
    )
