"""A form's answers as texts: for "check your answers", the PDF and the case view."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from django.utils.translation import gettext as _

from ..kinds.files import File
from ..kinds.structure import Computed, Note, Repeat
from ..results import SummaryFile, SummaryRow, SummarySection
from .entries import Entry, Evaluation


def summarize(evaluation: Evaluation) -> tuple[SummarySection, ...]:
    """Return a section for each visible page that has rows."""
    language = evaluation.language
    sections = (
        SummarySection(
            page.id, page.title.in_language(language), tuple(_rows(evaluation.entries[page.id], language, ""))
        )
        for page in evaluation.pages
        if page.id not in evaluation.hidden_pages
    )
    return tuple(section for section in sections if section.rows)


def _rows(entries: Iterable[Entry], language: str, group: str) -> Iterator[SummaryRow]:
    for entry in entries:
        kind = entry.field.kind
        is_shown = not isinstance(kind, Note) and not (isinstance(kind, Computed) and not kind.show)
        if entry.is_visible and is_shown:
            yield from _rows_of(entry, language, group)


def _rows_of(entry: Entry, language: str, group: str) -> Iterator[SummaryRow]:
    kind = entry.field.kind
    if isinstance(kind, Repeat):
        if not entry.children:
            yield SummaryRow(
                entry.path,
                entry.field.label.in_language(language),
                _("no entries"),
                group=group,
                is_answered=False,
            )
        for index, item in enumerate(entry.children):
            yield from _rows(item.children, language, _joined(group, kind.item_title(index, language)))
    elif kind.is_container:
        yield from _rows(entry.children, language, _joined(group, entry.field.label.in_language(language)))
    else:
        yield _row(entry, language, group)


def _joined(outer: str, inner: str) -> str:
    return f"{outer}, {inner}" if outer else inner


def _row(entry: Entry, language: str, group: str) -> SummaryRow:
    label = entry.field.label.in_language(language)
    if entry.value is None:
        typed = entry.typed if isinstance(entry.typed, str) else ""
        return SummaryRow(entry.path, label, typed or _("not given"), group=group, is_answered=False)
    text = entry.field.kind.shown(entry.value, language)
    return SummaryRow(entry.path, label, text, _files(entry.field.kind, entry.value), group)


def _files(kind: Any, value: Any) -> tuple[SummaryFile, ...]:
    if not isinstance(kind, File):
        return ()
    return tuple(
        SummaryFile(file["upload"], file["name"], file["media_type"], file["size"]) for file in value
    )
