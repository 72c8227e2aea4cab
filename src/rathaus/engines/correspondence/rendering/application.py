"""The summary of an application as PDF."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from itertools import groupby
from typing import Protocol

from rathaus.kernel.public import text

from ..parties import Sender
from .letterhead import frame
from .tree import Data, text_data
from .typst_pdf import compile_pdf

_WORDS = {
    "de": {
        "reference": "Geschäftszeichen",
        "received": "Eingegangen am",
        "unit": "Zuständig",
        "question": "Angabe",
        "answer": "Ihre Antwort",
        "no_answer": "keine Angabe",
        "attachments": "Anlagen",
        "notes": "Hinweise",
        "embedded": "Die Angaben des Antrags in maschinenlesbarer Form",
    },
    "en": {
        "reference": "Reference",
        "received": "Received on",
        "unit": "Responsible",
        "question": "Question",
        "answer": "Your answer",
        "no_answer": "no answer",
        "attachments": "Attachments",
        "notes": "Notes",
        "embedded": "The application's data in machine-readable form",
    },
}


class SummaryFileLike(Protocol):
    @property
    def name(self) -> str: ...


class SummaryRowLike(Protocol):
    @property
    def label(self) -> str: ...
    @property
    def value_text(self) -> str: ...
    @property
    def files(self) -> Sequence[SummaryFileLike]: ...


class SummarySectionLike(Protocol):
    """A page of a form with its answers, as the forms engine sums it up; rows may have a `group`."""

    @property
    def title(self) -> str: ...
    @property
    def rows(self) -> Sequence[SummaryRowLike]: ...


def application_pdf(
    *,
    sender: Sender,
    title: str,
    reference: str,
    received_at: datetime,
    sections: Iterable[SummarySectionLike],
    language: str,
    attachments: Sequence[str],
    notes: Sequence[str],
    data: str,
    draft: bool,
) -> bytes:
    """PDF/A-3a and PDF/UA-1; `data` (JSON) is embedded as `antrag.json`, so that the file can be read by machine."""
    language = language if language in _WORDS else "de"
    words = _WORDS[language]
    facts = [
        (words["reference"], reference),
        (words["received"], text.format_datetime(received_at, language)),
    ]
    if sender.unit:
        facts.append((words["unit"], sender.unit))
    page = frame(sender, title=title, language=language, draft=draft)
    page["labels"] = {**dict(_labels(page)), **words}
    page.update(
        reference=reference,
        facts=[[label, value] for label, value in facts if value],
        sections=[_section(section, words) for section in sections],
        attachments=list(attachments),
        notes=[text_data(note) for note in notes],
        embedded=data,
        embedded_name="antrag.json",
    )
    return compile_pdf("application", page, at=received_at)


def _labels(page: Data) -> dict[str, str]:
    labels = page["labels"]
    return labels if isinstance(labels, dict) else {}


def _section(section: SummarySectionLike, words: dict[str, str]) -> Data:
    groups = groupby(section.rows, key=lambda row: str(getattr(row, "group", "")))
    return {
        "title": section.title,
        "groups": [{"title": title, "table": _table(list(rows), words)} for title, rows in groups],
    }


def _table(rows: Sequence[SummaryRowLike], words: dict[str, str]) -> Data:
    return {
        "header": [text_data(words["question"]), text_data(words["answer"])],
        "align": ["left", "left"],
        "rows": [[text_data(row.label), text_data(_answer(row, words))] for row in rows],
    }


def _answer(row: SummaryRowLike, words: dict[str, str]) -> str:
    if row.value_text.strip():
        return row.value_text
    return "\n".join(file.name for file in row.files) or words["no_answer"]
