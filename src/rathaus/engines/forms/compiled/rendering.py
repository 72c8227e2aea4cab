"""A page as HTML, with the partials of the ui floor. Works without JavaScript; htmx only refreshes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cache
from typing import Any

from django.template import Context
from django.template.backends.django import Template
from django.template.loader import get_template
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

from ..definition.scope import Path
from ..kinds import Choice, Computed, File, Kind, MultipleChoice, Note, Repeat, YesNo
from ..kinds.address import Address
from ..results import FieldError
from .entries import Entry, Evaluation
from .model import Page
from .validation import is_required

REFRESHING = {"hx-post": "", "hx-trigger": "change"}
_MARKED = (YesNo, Choice)


@cache
def _template(name: str) -> Any:
    template = get_template(name)
    # The inner template: forms need neither a request nor context processors, and rendering is 3 times as fast.
    return template.template if isinstance(template, Template) else template


class PageRenderer:
    """Draws the fields of one page for one evaluation."""

    def __init__(
        self, page: Page, evaluation: Evaluation, errors: Iterable[FieldError], controlling: frozenset[Path]
    ) -> None:
        self.page = page
        self.evaluation = evaluation
        self.language = evaluation.language
        self.controlling = controlling
        self.errors: dict[str, str] = {}
        for error in errors:
            self.errors.setdefault(error.path, error.message)

    def render(self) -> SafeString:
        entries = self.evaluation.entries[self.page.id]
        kinds = [field.kind for field in self.page.walk()]
        has_files = any(isinstance(kind, File) for kind in kinds)
        return self._draw(
            "forms/page.html",
            {
                "intro": self.page.intro.in_language(self.language),
                "fields": self._fields(entries),
                "has_buttons": bool(self.controlling)
                or any(isinstance(kind, File | Repeat) for kind in kinds),
                "has_files": has_files,
                "is_refreshing": bool(self.controlling),
            },
        )

    def _draw(self, name: str, values: dict[str, Any]) -> SafeString:
        template = _template(name)
        html: str = template.render(Context(values))
        return mark_safe(html)  # noqa: S308  the templates escape

    def _fields(self, entries: Iterable[Entry]) -> SafeString:
        shown = [self._field(entry) for entry in entries if entry.is_visible]
        return mark_safe("\n".join(shown))  # noqa: S308  each part is safe

    def _field(self, entry: Entry) -> SafeString:
        kind = entry.field.kind
        if isinstance(kind, Repeat):
            return self._repeat(entry, kind)
        if kind.is_container:
            return self._draw(
                "forms/group.html", {**self._common(entry), "fields": self._fields(entry.children)}
            )
        if isinstance(kind, Computed) and not kind.show:
            return mark_safe("")
        return self._input(entry, kind)

    def _common(self, entry: Entry) -> dict[str, Any]:
        field = entry.field
        return {
            "id": entry.element_id,
            "name": entry.name,
            "label": field.label.in_language(self.language),
            "help": field.help.in_language(self.language),
            "error": self.errors.get(entry.path, ""),
        }

    def _input(self, entry: Entry, kind: Kind) -> SafeString:
        values = {**self._common(entry), **kind.widget(entry.value, entry.typed, self.language)}
        values["help"] = values["help"] or kind.help_text()
        values["required"] = is_required(entry, self.evaluation) or isinstance(kind, Computed | Note)
        attributes = dict(values.get("attributes", ()))
        if entry.field.autocomplete:
            attributes["autocomplete"] = entry.field.autocomplete
        if entry.field.path in self.controlling:
            attributes |= REFRESHING
        values["attributes"] = attributes
        if isinstance(kind, File):
            values["files"] = kind.shown_files(entry.value, entry.name)
        elif isinstance(kind, Address):
            self._add_parts(entry, kind, values)
        drawn = self._draw(f"ui/fields/{_partial(kind)}.html", values)
        if isinstance(kind, _MARKED):
            return format_html('<input type="hidden" name="{}" value="">{}', entry.name, drawn)
        return drawn

    def _add_parts(self, entry: Entry, kind: Address, values: dict[str, Any]) -> None:
        prefix = f"{entry.path}."
        errors = {path[len(prefix) :]: text for path, text in self.errors.items() if path.startswith(prefix)}
        values["parts"] = kind.shown_parts(_texts(values["value"]), errors)

    def _repeat(self, entry: Entry, kind: Repeat) -> SafeString:
        items = [
            self._item(item, kind, index, len(entry.children)) for index, item in enumerate(entry.children)
        ]
        values = {
            **self._common(entry),
            "items": items,
            "item_label": kind.item_label.in_language(self.language),
            "add_label": kind.add_label.in_language(self.language),
            "is_full": len(items) >= kind.most,
        }
        return self._draw("forms/repeat.html", values)

    def _item(self, item: Entry, kind: Repeat, index: int, count: int) -> dict[str, Any]:
        return {
            "id": item.element_id,
            "index": index,
            "title": kind.item_title(index, self.language),
            "error": self.errors.get(item.path, ""),
            "fields": self._fields(item.children),
            "remove": item.name if count > kind.least else "",
        }


def _partial(kind: Kind) -> str:
    if isinstance(kind, YesNo):
        return "checkbox" if kind.is_declaration else "radio"
    if isinstance(kind, Choice) and not isinstance(kind, MultipleChoice):
        return kind.display
    return kind.partial


def _texts(value: Any) -> dict[str, str]:
    return {str(key): str(text) for key, text in value.items()} if isinstance(value, Mapping) else {}
