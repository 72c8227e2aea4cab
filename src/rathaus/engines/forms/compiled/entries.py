"""One form with one set of data: each concrete field with its value, what is hidden, what is computed."""

from __future__ import annotations

from collections import ChainMap
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from dataclasses import field as default
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from rathaus.kernel.public import clock

from ..definition.expressions import Expression
from ..definition.scope import ADDRESS_NAMES, TODAY, Path
from ..kinds.base import Invalid
from ..kinds.structure import MAX_ITEMS, Computed, Repeat
from ..results import typed_of
from .model import Field, Page
from .ordering import Step


@dataclass(slots=True)
class Entry:
    """A concrete field. ``path`` is like ``hunde[1].name``, ``name`` (of its input) like ``hunde.1.name``.

    A repeat has one entry in ``children`` for each item, which has the item's fields as ``children``; their
    ``inside`` is the item.
    """

    field: Field
    path: str
    name: str
    value: Any = None
    typed: Any = None
    error: Invalid | None = None
    is_visible: bool = False
    scope: Mapping[str, object] = default(default_factory=dict)
    children: list[Entry] = default(default_factory=list)
    item: int | None = None
    unknown: list[str] = default(default_factory=list)
    inside: Entry | None = None

    @property
    def element_id(self) -> str:
        return "feld-" + self.name.replace(".", "-")

    @property
    def anchor(self) -> str:
        return self.field.kind.anchor(self.element_id)


class Evaluation:
    """Values of a form, worked out once for one set of data."""

    def __init__(
        self,
        pages: tuple[Page, ...],
        steps: tuple[Step, ...],
        data: Mapping[str, Any],
        language: str,
        strict: bool = False,
    ) -> None:
        """``strict`` takes canonical data only, not the marker of something unreadable."""
        self.language = language
        self.strict = strict
        self.now: datetime = clock.now()
        self.pages = pages
        self.context: dict[str, object] = {TODAY: self.now.date()}
        self.hidden_pages: set[str] = set()
        self.entries: dict[str, list[Entry]] = {
            page.id: [self._entry(item, "", "", data.get(item.id)) for item in page.fields] for page in pages
        }
        known = {item.id for page in pages for item in page.fields}
        self.unknown = [str(key) for key in data if key not in known]
        self._waiting: dict[Path, list[tuple[Entry, dict[str, object]]]] = {}
        self._run(steps)

    def walk(self) -> Iterator[Entry]:
        """Yield every visible entry of the visible pages, containers before what they hold."""
        for page in self.pages:
            if page.id not in self.hidden_pages:
                yield from _visible(self.entries[page.id])

    def value_of(self, expression: Expression, entry: Entry) -> object:
        return expression.value(entry.scope or self.context, self.now)

    def _entry(self, item: Field, prefix: str, names: str, raw: Any, inside: Entry | None = None) -> Entry:
        entry = Entry(item, prefix + item.id, names + item.id, inside=inside)
        if isinstance(item.kind, Repeat):
            self._read_items(entry, raw)
        elif item.kind.is_container:
            self._read_group(entry, raw)
        elif item.kind.takes_answer and raw is not None:
            self._read_value(entry, raw)
        return entry

    def _read_value(self, entry: Entry, raw: Any) -> None:
        kind = entry.field.kind
        typed = None if self.strict else typed_of(raw)
        try:
            entry.value = kind.clean(raw) if typed is None else kind.reread(typed, self.language)
        except Invalid as error:
            entry.error = error
            entry.typed = typed

    def _read_group(self, entry: Entry, raw: Any) -> None:
        given = raw if isinstance(raw, Mapping) else {}
        if raw is not None and not isinstance(raw, Mapping):
            entry.error = Invalid(_("“%(label)s” must have values by field."))
        self._read_children(entry, given)

    def _read_children(self, entry: Entry, given: Mapping[str, Any]) -> None:
        children = entry.field.children
        prefix, names = f"{entry.path}.", f"{entry.name}."
        inside = entry if entry.item is not None else entry.inside
        entry.children = [
            self._entry(child, prefix, names, given.get(child.id), inside) for child in children
        ]
        if len(given) > 0:
            known = {child.id for child in children}
            entry.unknown = [f"{prefix}{key}" for key in given if key not in known]

    def _read_items(self, entry: Entry, raw: Any) -> None:
        items = raw if isinstance(raw, list) else []
        if raw is not None and not isinstance(raw, list):
            entry.error = Invalid(_("“%(label)s” must be a list."))
        for index, given in enumerate(items[: MAX_ITEMS + 1]):
            item = Entry(
                entry.field,
                f"{entry.path}[{index}]",
                f"{entry.name}.{index}",
                item=index,
                inside=entry.inside,
            )
            self._read_group(item, given)
            entry.children.append(item)

    def _run(self, steps: Iterable[Step]) -> None:
        """First all that depends on nothing, then conditions and computed values in their order."""
        for page in self.pages:
            for item in page.fields:
                self.context[item.id] = [] if isinstance(item.kind, Repeat) else None
            if page.when is None:
                self._admit_all(self.entries[page.id], self.context, self.context)
        for step in steps:
            if step.page is not None:
                self._show_page(step.page)
            else:
                for entry, target in self._waiting.get(step.path, ()):
                    self._decide(entry, target)

    def show(self, page: Page) -> None:
        """Show a page whose condition does not hold, for somebody who has its address."""
        self.hidden_pages.discard(page.id)
        self._admit_all(self.entries[page.id], self.context, self.context)

    def _show_page(self, page: Page) -> None:
        if page.when is not None and not page.when.holds(self.context, self.now):
            self.hidden_pages.add(page.id)
        else:
            self._admit_all(self.entries[page.id], self.context, self.context)

    def _admit_all(
        self, entries: Iterable[Entry], target: dict[str, object], scope: Mapping[str, object]
    ) -> None:
        for entry in entries:
            entry.scope = scope
            if entry.field.when is not None or isinstance(entry.field.kind, Computed):
                self._waiting.setdefault(entry.field.path, []).append((entry, target))
            else:
                self._admit(entry, target)

    def _decide(self, entry: Entry, target: dict[str, object]) -> None:
        when = entry.field.when
        if when is not None and not when.holds(entry.scope, self.now):
            return
        kind = entry.field.kind
        if isinstance(kind, Computed) and kind.value is not None:
            entry.value = kind.untyped(kind.value.value(entry.scope, self.now))
        self._admit(entry, target)

    def _admit(self, entry: Entry, target: dict[str, object]) -> None:
        """Make the entry visible and its value known."""
        entry.is_visible = True
        kind = entry.field.kind
        if isinstance(kind, Repeat):
            rows = [self._admit_group(item, entry.scope) for item in entry.children]
            target[entry.field.id] = rows
        elif kind.is_container:
            target[entry.field.id] = self._admit_group(entry, entry.scope)
        elif entry.value is not None:
            target[entry.field.id] = kind.typed(entry.value)
        elif kind.type == "address":
            target[entry.field.id] = dict.fromkeys(ADDRESS_NAMES)

    def _admit_group(self, entry: Entry, outer: Mapping[str, object]) -> dict[str, object]:
        inner: dict[str, object] = {
            child.id: [] if isinstance(child.kind, Repeat) else None for child in entry.field.children
        }
        entry.is_visible = True
        scope = ChainMap(inner, *(outer.maps if isinstance(outer, ChainMap) else [outer]))
        self._admit_all(entry.children, inner, scope)
        return inner


def _visible(entries: Iterable[Entry]) -> Iterator[Entry]:
    for entry in entries:
        if entry.is_visible:
            yield entry
            yield from _visible(entry.children)
