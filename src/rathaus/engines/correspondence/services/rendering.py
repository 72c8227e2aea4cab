from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from rathaus.kernel.public import clock

from ..letters.evaluation import LetterContent, fill
from ..models import LetterTemplateVersion
from ..parties import Recipient, References, Sender, Signature
from ..rendering.letter import LetterPage, letter_html, letter_pdf
from .templates import compiled

NO_REFERENCES = References()


@dataclass(frozen=True, slots=True)
class RenderedLetter:
    """A letter ready to be issued."""

    title: str
    summary: str
    pdf: bytes
    html: str


def render_letter(
    template_version: LetterTemplateVersion,
    context: Mapping[str, object],
    *,
    sender: Sender,
    recipient: Recipient,
    references: References = NO_REFERENCES,
    signature: Signature | None = None,
    draft: bool = False,
    attachments: Sequence[str] = (),
) -> RenderedLetter:
    """PDF (A-3a, UA-1), accessible HTML, title and summary. Raises LetterNotFillable where a value is missing.

    A draft bears a watermark and shows missing values in brackets instead.

    `context` holds typed FEEL values; `empfaenger`, `stadt` and `heute` are added. Writes nothing: call it outside
    of any transaction, a letter takes some 10 ms.
    """
    letter = compiled(template_version)
    page = LetterPage(
        content=fill_letter(template_version, context, sender=sender, recipient=recipient, draft=draft),
        sender=sender,
        recipient=recipient,
        references=references,
        signature=signature if letter.signature else None,
        remedy=letter.remedy,
        attachments=tuple(attachments),
        draft=draft,
    )
    return RenderedLetter(page.content.title, page.content.summary, letter_pdf(page), letter_html(page))


def fill_letter(
    template_version: LetterTemplateVersion,
    context: Mapping[str, object],
    *,
    sender: Sender,
    recipient: Recipient,
    draft: bool = False,
) -> LetterContent:
    """The filled text without its frame."""
    known = {
        "empfaenger": recipient.context(),
        "stadt": sender.context(),
        "heute": clock.today(),
        **context,
    }
    return fill(compiled(template_version), known, draft=draft)
