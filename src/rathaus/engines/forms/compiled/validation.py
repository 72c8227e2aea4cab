"""From an evaluation to clean data and errors."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from textwrap import shorten
from typing import Any

from django.utils.translation import gettext as _

from ..definition.expressions import Expression
from ..definition.report import suggestion
from ..definition.scope import Path
from ..kinds.address import Address
from ..kinds.base import Invalid
from ..kinds.structure import Repeat
from ..results import MAX_ERRORS, FieldError, Validation
from .entries import Entry, Evaluation
from .model import Check

MAX_LABEL = 90


def validate(
    evaluation: Evaluation,
    checks: tuple[Check, ...],
    pages: Collection[str] | None,
) -> Validation:
    """Validate the visible pages (those of ``pages`` only, if given). A strict evaluation refuses unknown fields."""
    errors: list[FieldError] = []
    failed: set[Path] = set()
    shown = [
        page.id
        for page in evaluation.pages
        if page.id not in evaluation.hidden_pages and (pages is None or page.id in pages)
    ]
    if evaluation.strict:
        errors += _unknown_fields(evaluation)
    data: dict[str, Any] = {}
    for page_id in shown:
        for entry in _walk(evaluation.entries[page_id]):
            found = list(_check_entry(entry, evaluation))
            if found:
                failed.add(entry.field.path)
                errors += [_field_error(entry, error, evaluation.language) for error in found]
        data.update(_collect(evaluation.entries[page_id]))
    errors += _cross_checks(evaluation, checks, set(shown), failed)
    return Validation(data, tuple(errors[:MAX_ERRORS]))


def _walk(entries: Iterable[Entry]) -> Iterator[Entry]:
    for entry in entries:
        if entry.is_visible:
            yield entry
            if entry.error is None:
                yield from _walk(entry.children)


def _check_entry(entry: Entry, evaluation: Evaluation) -> Iterator[Invalid]:
    kind = entry.field.kind
    if entry.error is not None:
        yield entry.error
    elif isinstance(kind, Repeat):
        if entry.item is None:
            yield from kind.check(len(entry.children), lambda expression: None)
    elif not kind.takes_answer or kind.is_container:
        return
    elif _is_missing(entry):
        if is_required(entry, evaluation):
            yield from kind.missing(entry.value)
    else:
        yield from kind.check(entry.value, lambda expression: evaluation.value_of(expression, entry))


def _is_missing(entry: Entry) -> bool:
    is_unticked = entry.value is False and getattr(entry.field.kind, "is_declaration", False)
    return entry.value is None or is_unticked


def is_required(entry: Entry, evaluation: Evaluation) -> bool:
    required = entry.field.required
    return evaluation.value_of(required, entry) is True if isinstance(required, Expression) else required


def _field_error(entry: Entry, error: Invalid, language: str) -> FieldError:
    label = _short(entry.field.label.in_language(language))
    path, anchor = entry.path, entry.anchor
    if error.part and isinstance(entry.field.kind, Address):
        path, anchor = f"{path}.{error.part}", f"{entry.element_id}-{error.part}"
    return FieldError(path, anchor, _items(entry, language) + error.text(label))


def _items(entry: Entry, language: str) -> str:
    """Return the items that an entry stands in, such as "Hund 2: "."""
    item = entry if entry.item is not None else entry.inside
    found = ""
    while item is not None:
        if isinstance(item.field.kind, Repeat) and item.item is not None:
            found = f"{item.field.kind.item_title(item.item, language)}: {found}"
        item = item.inside
    return found


def _short(label: str) -> str:
    """Return the label without its end mark, cut where a message would become unreadable."""
    return shorten(label.rstrip(".: "), MAX_LABEL, placeholder=" …")


def _collect(entries: Iterable[Entry]) -> dict[str, Any]:
    """Return the canonical data of what is visible and valid in its type."""
    data: dict[str, Any] = {}
    for entry in entries:
        value = _value(entry) if entry.is_visible else None
        if value is not None:
            data[entry.field.id] = value
    return data


def _value(entry: Entry) -> Any:
    kind = entry.field.kind
    if isinstance(kind, Repeat):
        return [_collect(item.children) for item in entry.children] or None
    if kind.is_container:
        return _collect(entry.children) or None
    return entry.value


def _unknown_fields(evaluation: Evaluation) -> list[FieldError]:
    known = [field.id for page in evaluation.pages for field in page.walk()]
    names = list(evaluation.unknown[:MAX_ERRORS])
    for entries in evaluation.entries.values():
        names += _unknown_inside(entries)
    return [_unknown(name, known) for name in names[:MAX_ERRORS]]


def _unknown_inside(entries: Iterable[Entry]) -> Iterator[str]:
    for entry in entries:
        yield from entry.unknown
        yield from _unknown_inside(entry.children)


def _unknown(name: str, known: list[str]) -> FieldError:
    shown = name[:80]
    message = _("The form has no field “%(name)s”. Remove it or correct its name.") % {"name": shown}
    hint = suggestion(shown.rpartition(".")[2], known)
    return FieldError(shown, "", message + hint if hint and len(shown) < 40 else message)


def _cross_checks(
    evaluation: Evaluation, checks: Iterable[Check], shown: set[str], failed: set[Path]
) -> Iterator[FieldError]:
    """Yield the checks that are false; not where a field they read is wrong already."""
    places: Mapping[Path, Entry] | None = None
    for check in checks:
        if not _is_due(check, shown, evaluation, failed):
            continue
        if check.holds.value(evaluation.context, evaluation.now) is False:
            places = places or {entry.field.path: entry for entry in reversed(list(evaluation.walk()))}
            entry = places.get(check.field)
            message = check.message.in_language(evaluation.language)
            yield FieldError(entry.path if entry else "", entry.anchor if entry else "", message)


def _is_due(check: Check, shown: set[str], evaluation: Evaluation, failed: set[Path]) -> bool:
    """A check is due with its page, or with the last page of what it reads."""
    if check.holds.reads & failed:
        return False
    pages = [page.id for page in evaluation.pages if page.id in check.pages]
    return not pages or pages[-1] in shown
