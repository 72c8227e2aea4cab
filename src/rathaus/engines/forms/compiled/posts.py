"""A page as a browser sends it: names are paths with points (``hunde.1.name``), values are what people type."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from django.http import QueryDict
from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext as _

from ..kinds.base import NOT_POSTED
from ..kinds.files import File
from ..kinds.structure import MAX_ITEMS, Repeat
from ..results import TYPED
from .model import Field, Page

ADD = "_add"
REMOVE = "_remove"
REFRESH = "_refresh"
MAX_INPUTS = 2_000
MAX_INPUT = 25_000


class UploadRefused(Exception):
    """A file cannot be taken. The message is translated and says what to do."""


class Incoming(Protocol):
    """What Django gives for a file of a multipart post."""

    name: str | None
    size: int | None

    def read(self, num_bytes: int, /) -> bytes: ...


@dataclass(frozen=True, slots=True)
class IncomingFile:
    """A file of a page post, before it is stored."""

    field_name: str
    kind: File
    label: str
    upload: Incoming


StoreFile = Callable[[IncomingFile], Mapping[str, Any]]
"""Stores a file and returns its {upload, name, media_type, size}. Raises UploadRefused."""


@dataclass
class Post:
    """The inputs of one page."""

    inputs: QueryDict | MultiValueDict[str, str]
    uploads: MultiValueDict[str, Any]
    language: str
    store_file: StoreFile | None = None
    problems: dict[str, str] = field(default_factory=dict)
    focus: str = ""

    @property
    def action(self) -> str:
        names = {ADD: "add", REMOVE: "remove", REFRESH: "refresh"}
        return next((action for name, action in names.items() if name in self.inputs), "")

    def has(self, name: str) -> bool:
        return name in self.inputs

    def text(self, name: str) -> str:
        """Return the last value, cut to a length that no field takes."""
        return (self.inputs.get(name) or "")[:MAX_INPUT].replace("\x00", "")

    def texts(self, name: str) -> list[str]:
        return [value[:MAX_INPUT] for value in self.inputs.getlist(name)]

    def files(self, name: str) -> list[Any]:
        return self.uploads.getlist(name)

    def removed(self) -> str:
        return self.text(REMOVE)

    def added(self) -> str:
        return self.text(ADD)

    def store(self, kind: File, name: str, label: str, present: int) -> list[dict[str, Any]]:
        """Store the new files of a field, as many as there is room for."""
        stored: list[dict[str, Any]] = []
        for upload in self.files(name):
            if present + len(stored) >= kind.max_files:
                self.problems[name] = kind.too_many().text(label)
                break
            try:
                stored.append(self._store_one(kind, name, label, upload))
            except UploadRefused as refusal:
                self.problems[name] = str(refusal)
        return stored

    def _store_one(self, kind: File, name: str, label: str, upload: Incoming) -> dict[str, Any]:
        if self.store_file is None:
            raise UploadRefused(_("Files cannot be attached here."))
        return dict(self.store_file(IncomingFile(name, kind, label, upload)))


def is_too_large(inputs: Mapping[str, Any]) -> bool:
    return len(inputs) > MAX_INPUTS


def read_page(page: Page, post: Post, data: Mapping[str, Any]) -> dict[str, Any]:
    """Return the data with the page's inputs in place. What the page did not show stays as it is."""
    return _read_fields(page.fields, post, "", data)


def _read_fields(
    fields: Sequence[Field], post: Post, prefix: str, before: Mapping[str, Any]
) -> dict[str, Any]:
    data = dict(before)
    for item in fields:
        known = before.get(item.id)
        value = _read_field(item, post, prefix + item.id, known)
        if value is NOT_POSTED:
            continue
        if value is None:
            data.pop(item.id, None)
        else:
            data[item.id] = value
    return data


def _read_field(item: Field, post: Post, name: str, before: Any) -> Any:
    if isinstance(item.kind, Repeat):
        return _read_items(item, item.kind, post, name, before)
    if item.kind.is_container:
        return _read_fields(item.children, post, f"{name}.", _mapping(before)) or None
    return item.kind.from_post(post, name, item.label.in_language(post.language), before)


def _read_items(item: Field, kind: Repeat, post: Post, name: str, before: Any) -> Any:
    """Read the items whose numbers the page lists under the repeat's own name."""
    known = before if isinstance(before, list) else []
    removed = post.removed()
    items = []
    for index in _indexes(post.texts(name)) if post.has(name) else range(len(known)):
        earlier = _mapping(known[index]) if index < len(known) else {}
        if removed == f"{name}.{index}":
            post.focus = f"{name}"
        else:
            items.append(_read_fields(item.children, post, f"{name}.{index}.", earlier))
    if post.added() == name and len(items) < kind.most:
        post.focus = f"{name}.{len(items)}"
        items.append({})
    if not post.has(name) and items == known:
        return NOT_POSTED
    return items


def _indexes(listed: list[str]) -> list[int]:
    numbers = (int(text) for text in listed if text.isascii() and text.isdigit() and len(text) < 4)
    return [number for number in dict.fromkeys(numbers) if number <= MAX_ITEMS][: MAX_ITEMS + 1]


def _mapping(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) and TYPED not in value else {}
