"""The compiled form: one object that rendering, page posts, API data and import share."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from typing import Any

from django.http import QueryDict
from django.utils import translation
from django.utils.datastructures import MultiValueDict
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from rathaus.kernel.public import findings

from ..definition.expressions import Expression
from ..definition.report import InvalidForm, Report
from ..definition.scope import ADDRESS_NAMES, FILE_NAMES, NameTree, Path
from ..definition.source import read_source
from ..kinds.structure import Computed, Repeat
from ..results import FieldError, ParsedPage, SummarySection, Validation
from . import posts
from . import prefill as prefilling
from .builder import build
from .entries import Evaluation
from .model import Field, FormParts, Page
from .ordering import ordered_steps
from .rendering import PageRenderer
from .summary import summarize
from .validation import validate


class CompiledForm:
    """A checked definition. Immutable and free of the database; share it between requests."""

    def __init__(self, parts: FormParts) -> None:
        self.parts = parts
        self.key = parts.key
        self.pages = parts.pages
        self.fields: dict[str, Field] = {
            ".".join(field.path): field for page in parts.pages for field in page.walk()
        }
        self._steps = ordered_steps(parts.pages)
        self._pages = {page.id: page for page in parts.pages}
        self._controlling = {page.id: _controlling(page) for page in parts.pages}

    def title(self, language: str = "de") -> str:
        return self.parts.title.in_language(language)

    def page(self, page_id: str) -> Page:
        """Raises KeyError for an unknown page."""
        return self._pages[page_id]

    def evaluate(self, data: Mapping[str, Any], *, language: str = "de", strict: bool = False) -> Evaluation:
        """Work out conditions and computed values."""
        return Evaluation(self.pages, self._steps, data, language, strict)

    def visible_pages(self, data: Mapping[str, Any]) -> tuple[Page, ...]:
        hidden = self.evaluate(data).hidden_pages
        return tuple(page for page in self.pages if page.id not in hidden)

    def validate(
        self,
        data: Mapping[str, Any],
        *,
        language: str = "de",
        pages: Collection[str] | None = None,
        strict: bool = False,
    ) -> Validation:
        """Check data in canonical form and return them clean: without hidden fields, with computed values.

        ``strict`` (for data from an API, an import or an example) makes unknown fields an error; else they are
        dropped. ``pages`` restricts errors and data to these pages.
        """
        with translation.override(language):
            evaluation = self.evaluate(data, language=language, strict=strict)
            return validate(evaluation, self.parts.checks, pages)

    def parse_post(
        self,
        page_id: str,
        post: QueryDict | MultiValueDict[str, str],
        data: Mapping[str, Any],
        *,
        files: MultiValueDict[str, Any] | None = None,
        store_file: posts.StoreFile | None = None,
        language: str = "",
    ) -> ParsedPage:
        """Read a page as people fill it in ("1.234,50", "4.12.2026") into a copy of ``data``.

        What cannot be read stays in the data as it was typed, marked, and is an error. When a button inside the
        page was pressed (``action``), there are no errors. Raises KeyError for an unknown page.
        """
        page = self._pages[page_id]
        language = language or translation.get_language() or "de"
        with translation.override(language):
            if posts.is_too_large(post):
                message = _("The page was sent with too many entries. Load it again and repeat your input.")
                return ParsedPage(dict(data), (FieldError("", "", message),))
            read = posts.Post(post, files or MultiValueDict(), language, store_file)
            new = posts.read_page(page, read, data)
            focus = "feld-" + read.focus.replace(".", "-") if read.focus else ""
            problems = tuple(self._upload_errors(read.problems))
            if read.action:
                return ParsedPage(new, problems, read.action, focus)
            return ParsedPage(new, problems + self._page_errors(page_id, new, language, read.problems))

    def _page_errors(
        self, page_id: str, data: Mapping[str, Any], language: str, problems: Mapping[str, str]
    ) -> tuple[FieldError, ...]:
        paths = {_path(name) for name in problems}
        found = self.validate(data, language=language, pages=(page_id,)).errors
        return tuple(error for error in found if error.path not in paths)

    @staticmethod
    def _upload_errors(problems: Mapping[str, str]) -> Iterable[FieldError]:
        for name, message in problems.items():
            yield FieldError(_path(name), "feld-" + name.replace(".", "-"), message)

    def summary(self, data: Mapping[str, Any], language: str = "de") -> tuple[SummarySection, ...]:
        with translation.override(language):
            return summarize(self.evaluate(data, language=language))

    def feel_context(self, data: Mapping[str, Any]) -> dict[str, object]:
        """Return the values as FEEL reads them (Decimal, date, time); hidden and missing ones are None."""
        return self.evaluate(data).context

    def feel_names(self) -> NameTree:
        """Return the names for a checker: name to None, or to the names inside (group, repeat, address, file)."""
        return {
            field.id: _names(field) for page in self.pages for field in page.fields if field.type != "note"
        }

    def initial_data(self, prefill: Mapping[str, Any]) -> dict[str, Any]:
        """Return defaults and what is known of the person, as data of a new draft."""
        return prefilling.suggestions((field for page in self.pages for field in page.fields), prefill)

    def render_page(
        self,
        page_id: str,
        *,
        data: Mapping[str, Any],
        errors: Iterable[FieldError] = (),
        language: str = "de",
        prefill: Mapping[str, Any] | None = None,
    ) -> SafeString:
        """Return the fields of a page as HTML, for inside the caller's <form>. Raises KeyError."""
        page = self._pages[page_id]
        shown = prefilling.with_suggestions(page, data, prefill or {})
        with translation.override(language):
            evaluation = self.evaluate(with_least_items(page.fields, shown), language=language)
            if page_id in evaluation.hidden_pages:
                evaluation.show(page)
            return PageRenderer(page, evaluation, errors, self._controlling[page_id]).render()


def with_least_items(fields: Iterable[Field], data: Mapping[str, Any]) -> dict[str, Any]:
    """Return the data with as many empty items as a repeat needs at least, so that they can be filled in."""
    filled = dict(data)
    for field in fields:
        value = filled.get(field.id)
        if isinstance(field.kind, Repeat):
            items = value if isinstance(value, list) else []
            items = items + [{}] * (field.kind.least - len(items))
            filled[field.id] = [with_least_items(field.children, _mapping(item)) for item in items]
        elif field.kind.is_container and any(isinstance(child.kind, Repeat) for child in field.walk()):
            filled[field.id] = with_least_items(field.children, _mapping(value))
    return filled


def _mapping(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}


def _path(name: str) -> str:
    """Return the path of an input's name: hunde.1.name is hunde[1].name."""
    parts = name.split(".")
    return parts[0] + "".join(f"[{part}]" if part.isdigit() else f".{part}" for part in parts[1:])


def _names(field: Field) -> NameTree | None:
    if field.children:
        return {child.id: _names(child) for child in field.children if child.type != "note"}
    return {"address": ADDRESS_NAMES, "file": FILE_NAMES}.get(field.type)


def _controlling(page: Page) -> frozenset[Path]:
    """Return the fields of a page that change what else the page shows."""
    own = {field.path: field for field in page.walk()}
    reads = {
        path for field in own.values() for expression in _expressions(field) for path in expression.reads
    }
    pending = list(reads)
    while pending:
        kind = own[path].kind if (path := pending.pop()) in own else None
        if isinstance(kind, Computed) and kind.value is not None:
            pending += kind.value.reads - reads
            reads |= kind.value.reads
    direct = {path[:length] for path in reads for length in range(1, len(path) + 1)} & own.keys()
    inside = {inner.path for path in reads & own.keys() for inner in own[path].walk()}
    return frozenset(
        path for path in direct | inside if own[path].kind.takes_answer and not own[path].kind.is_container
    )


def _expressions(field: Field) -> list[Expression]:
    found: list[Any] = [field.when, field.required]
    if isinstance(field.kind, Computed) and field.kind.show:
        found.append(field.kind.value)
    return [item for item in found if isinstance(item, Expression)]


def check_definition(
    source: str | bytes | Mapping[str, Any], *, code_lists: Mapping[str, Any] | None = None
) -> list[findings.Finding]:
    """Return what is wrong with a definition: where, which rule, and in German what to do."""
    report = Report()
    raw = read_source(source, report)
    if raw is not None:
        build(raw, code_lists or {}, report)
    return report.findings


def load_definition(
    source: str | bytes | Mapping[str, Any], *, code_lists: Mapping[str, Any] | None = None
) -> CompiledForm:
    """Compile a definition. Raises InvalidForm with findings."""
    report = Report()
    raw = read_source(source, report)
    parts = build(raw, code_lists or {}, report) if raw is not None else None
    if parts is None or report.findings:
        raise InvalidForm(report.findings)
    return CompiledForm(parts)
