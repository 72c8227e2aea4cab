"""Files that come with a form. The bytes are stored at once; the data hold references."""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar, Self

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from ..content import EXTENSIONS
from ..definition.report import suggestion
from ..definition.spec import Spec
from .base import NOT_POSTED, Evaluate, Invalid, Kind, Posted, is_mapping_of

MEGABYTE = 1_000_000
KEYS = frozenset({"upload", "name", "media_type", "size"})
DEFAULT_ACCEPT = ("pdf", "jpg", "png")


@dataclass(frozen=True, slots=True)
class ShownFile:
    name: str
    size: int
    remove_name: str
    remove_value: str


@dataclass(frozen=True, slots=True)
class File(Kind):
    """One or more files, canonical as list of {upload, name, media_type, size}."""

    type: ClassVar[str] = "file"
    partial: ClassVar[str] = "file"
    accept: tuple[str, ...] = DEFAULT_ACCEPT
    max_size_mb: int = 10
    max_files: int = 5

    @classmethod
    def read(cls, spec: Spec) -> Self:
        return cls(
            _read_accept(spec),
            spec.whole("max_size_mb", 10, least=1, most=100),
            spec.whole("max_files", 5, least=1, most=50),
        )

    @property
    def max_bytes(self) -> int:
        return self.max_size_mb * MEGABYTE

    def clean(self, value: Any) -> Any:
        if not isinstance(value, list) or not all(is_mapping_of(item, KEYS) for item in value):
            raise Invalid(_("“%(label)s” must be a list of files with “upload”."))
        files = [_clean_file(item) for item in value]
        if len({file["upload"] for file in files}) < len(files):
            raise Invalid(_("The same file stands in “%(label)s” twice."))
        return files or None

    def typed(self, value: Any) -> object:
        return [
            {"name": file["name"], "media_type": file["media_type"], "size": file["size"]} for file in value
        ]

    def check(self, value: Any, evaluate: Evaluate) -> Iterator[Invalid]:
        if len(value) > self.max_files:
            yield self.too_many()

    def too_many(self) -> Invalid:
        return Invalid(
            ngettext(
                "You may attach at most %(limit)s file to “%(label)s”. Remove the others.",
                "You may attach at most %(limit)s files to “%(label)s”. Remove the others.",
                self.max_files,
            ),
            limit=self.max_files,
        )

    def missing(self, value: Any) -> Iterator[Invalid]:
        yield Invalid(_("Attach a file to “%(label)s”."))

    def shown(self, value: Any, language: str) -> str:
        return ", ".join(file["name"] for file in value)

    def from_post(self, posted: Posted, name: str, label: str, before: Any) -> Any:
        kept = [file for file in _kept(before) if f"{name}:{file['upload']}" != posted.removed()]
        if posted.files(name):
            return kept + posted.store(self, name, label, len(kept))
        return kept or None if kept != before else NOT_POSTED

    def widget(self, value: Any, typed: Any, language: str) -> dict[str, Any]:
        return {
            "files": value or [],
            "multiple": self.max_files > 1,
            "full": len(value or ()) >= self.max_files,
            "attributes": {"accept": ",".join(f".{name}" for name in self.accept)},
        }

    def shown_files(self, value: Any, name: str) -> list[ShownFile]:
        return [
            ShownFile(file["name"], file["size"], "_remove", f"{name}:{file['upload']}")
            for file in value or ()
        ]

    def help_text(self) -> str:
        kinds = ", ".join(name.upper() for name in self.accept)
        size = f"{self.max_size_mb} MB"
        if self.max_files == 1:
            return _("One file (%(kinds)s) of at most %(size)s") % {"kinds": kinds, "size": size}
        return _("At most %(count)s files (%(kinds)s) of at most %(size)s each") % {
            "count": self.max_files,
            "kinds": kinds,
            "size": size,
        }


def _kept(before: Any) -> list[Any]:
    """Return the file references among what was known before."""
    items = before if isinstance(before, list) else []
    return [item for item in items if is_mapping_of(item, KEYS) and isinstance(item.get("upload"), str)]


def _clean_file(item: Mapping[str, Any]) -> dict[str, Any]:
    try:
        upload = str(uuid.UUID(item["upload"]))
    except (KeyError, ValueError, TypeError, AttributeError):
        raise Invalid(_("A file in “%(label)s” has no valid “upload”.")) from None
    name, media_type, size = item.get("name", ""), item.get("media_type", ""), item.get("size", 0)
    texts = isinstance(name, str) and isinstance(media_type, str) and len(name) + len(media_type) < 500
    if not texts or isinstance(size, bool) or not isinstance(size, int) or size < 0:
        raise Invalid(_("A file in “%(label)s” has a wrong name, type or size."))
    return {"upload": upload, "name": name, "media_type": media_type, "size": size}


def _read_accept(spec: Spec) -> tuple[str, ...]:
    value = spec.take("accept")
    if value is None:
        return DEFAULT_ACCEPT
    if not isinstance(value, list) or not value:
        spec.refuse("wrong_type", "Hier muss eine Liste von Dateiendungen stehen, etwa [pdf, jpg].", "accept")
        return DEFAULT_ACCEPT
    accepted = []
    for raw in value:
        name = str(raw).lower().lstrip(".")
        name = {"jpeg": "jpg", "tif": "tiff"}.get(name, name)
        if name not in EXTENSIONS:
            hint = suggestion(name, EXTENSIONS)
            spec.refuse(
                "bad_value",
                f"„{raw}“ wird nicht angenommen. Möglich: {', '.join(EXTENSIONS)}.{hint}",
                "accept",
            )
        elif name not in accepted:
            accepted.append(name)
    return tuple(accepted) or DEFAULT_ACCEPT
