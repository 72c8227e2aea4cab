"""The print file of a batch: a cover list, then each letter, every one beginning on a sheet of its own."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from io import BytesIO

from pypdf import PdfReader, PdfWriter

from rathaus.kernel.public import text

from ..parties import Sender
from .letterhead import frame
from .tree import text_data
from .typst_pdf import compile_pdf


@dataclass(frozen=True, slots=True)
class BatchEntry:
    """A letter of the batch; `read` fetches its PDF."""

    recipient: str
    place: str
    title: str
    reference: str
    read: Callable[[], bytes]


def batch_pdf(*, sender: Sender, number: str, made_at: datetime, entries: Sequence[BatchEntry]) -> bytes:
    """For printing on both sides: a letter with an odd number of pages is followed by an empty one.

    The parts are PDF/A, the merged file is for the printer only: the letters themselves stay in the e-file.
    """
    letters = [PdfReader(BytesIO(entry.read())) for entry in entries]
    counts = [len(letter.pages) for letter in letters]
    cover = PdfReader(BytesIO(_cover(sender, number, made_at, entries, counts)))
    writer = PdfWriter()
    for part in (cover, *letters):
        writer.append(part, import_outline=False)
        if len(part.pages) % 2:
            writer.add_blank_page()
    writer.add_metadata({"/Title": f"Druckauftrag {number}"})
    result = BytesIO()
    writer.write(result)
    return result.getvalue()


def _cover(
    sender: Sender, number: str, made_at: datetime, entries: Sequence[BatchEntry], counts: Sequence[int]
) -> bytes:
    data = frame(sender, title=f"Druckauftrag {number}", language="de")
    sheets = sum((count + 1) // 2 for count in counts)
    data.update(
        intro=[
            f"Erstellt am {text.format_datetime(made_at)}. {len(entries)} Schreiben, {sum(counts)} Seiten, "
            f"{sheets} Blätter bei beidseitigem Druck.",
            "Bitte vermerken Sie den Stapel als versandt, sobald er zur Post gegangen ist: "
            "Davon hängt der Tag der Bekanntgabe ab.",
        ],
        table={
            "header": [text_data(label) for label in ("Nr.", "Empfänger", "Schreiben", "Zeichen", "Seiten")],
            "align": ["right", "left", "left", "left", "right"],
            "rows": [
                [text_data(cell) for cell in _row(index, entry, count)]
                for index, (entry, count) in enumerate(zip(entries, counts, strict=True), 1)
            ],
        },
        signatures=["Gedruckt und kuvertiert (Datum, Name)", "Zur Post gegeben (Datum, Name)"],
    )
    return compile_pdf("batch", data, at=made_at)


def _row(index: int, entry: BatchEntry, count: int) -> tuple[str, ...]:
    addressee = "\n".join(part for part in (entry.recipient, entry.place) if part)
    return (str(index), addressee, entry.title, entry.reference, str(count))
