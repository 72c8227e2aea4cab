"""Which names a FEEL text in a form may read, and which field each of them is."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias

NameTree: TypeAlias = Mapping[str, "NameTree | None"]
Path: TypeAlias = tuple[str, ...]

TODAY = "heute"
_CONTAINERS = frozenset({"group", "repeat"})
MAX_NESTING = 10
_NAMELESS = frozenset({"note"})
ADDRESS_NAMES: NameTree = dict.fromkeys(("street", "house_number", "postcode", "city", "addition"))
FILE_NAMES: NameTree = dict.fromkeys(("name", "media_type", "size"))
# FEEL's own properties of dates, times and durations (DMN 1.5, 10.3.2.3).
PROPERTIES = frozenset(
    [
        "year",
        "month",
        "day",
        "weekday",
        "hour",
        "minute",
        "second",
        "years",
        "months",
        "days",
        "hours",
        "minutes",
        "seconds",
        "timezone",
        "value",
    ]
)


@dataclass(frozen=True, slots=True)
class Scope:
    """Names from the inside out: each layer is the path of a container with the names of its fields."""

    layers: tuple[tuple[Path, NameTree], ...]

    def inside(self, container: str) -> Scope:
        """Return the scope of the fields of a group or of an item of a repeat."""
        path, names = self.layers[0]
        children = names.get(container) or {}
        return Scope((((*path, container), children), *self.layers))

    def known(self) -> frozenset[str]:
        return frozenset(name for _, names in self.layers for name in names) | {TODAY}

    def resolve(self, reference: Path) -> Path | None:
        """Return the path of the field that ``reference`` reads, () for ``heute``, None when it is unknown."""
        if reference[0] == TODAY:
            return ()
        for path, names in self.layers:
            if reference[0] in names:
                return _follow(path, names, reference)
        return None


def _follow(path: Path, names: NameTree, reference: Path) -> Path | None:
    """Walk down as far as there are fields."""
    for index, name in enumerate(reference):
        if name not in names:
            return None
        path = (*path, name)
        inner = names[name]
        rest = reference[index + 1 :]
        if inner is None:
            return path if not rest or rest[0] in PROPERTIES else None
        names = inner
    return path


def root_scope(raw_pages: object) -> Scope:
    """Collect the names of raw pages, however broken they are."""
    names: dict[str, NameTree | None] = {}
    for page in raw_pages if isinstance(raw_pages, list) else []:
        if isinstance(page, Mapping):
            names.update(_names(page.get("fields"), MAX_NESTING))
    return Scope((((), names),))


def _names(fields: object, depth: int) -> Iterator[tuple[str, NameTree | None]]:
    for raw in fields if isinstance(fields, list) and depth else []:
        if isinstance(raw, Mapping) and isinstance(raw.get("id"), str) and raw.get("type") not in _NAMELESS:
            yield raw["id"], _tree_of(raw, depth)


def _tree_of(raw: Mapping[str, Any], depth: int) -> NameTree | None:
    kind = raw.get("type")
    if kind in _CONTAINERS:
        return dict(_names(raw.get("fields"), depth - 1))
    return {"address": ADDRESS_NAMES, "file": FILE_NAMES}.get(kind) if isinstance(kind, str) else None
