"""Who else keeps something of a case: higher floors register what they delete when the case is destroyed."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from uuid import UUID

from rathaus.kernel.public import registry


@dataclass
class Erased:
    """What was deleted, by kind, and the contents that may have lost their last reference."""

    counts: dict[str, int] = field(default_factory=dict)
    blobs: set[str] = field(default_factory=set)

    def add(self, kind: str, count: int) -> None:
        if count:
            self.counts[kind] = self.counts.get(kind, 0) + count

    def merge(self, counts: Mapping[str, int]) -> None:
        for kind, count in counts.items():
            self.add(kind, count)


@dataclass(frozen=True)
class CaseEraser:
    """Deletes, inside the caller's transaction, everything that an app keeps about a case."""

    key: str
    erase: Callable[[UUID, Erased], None]


erasers: registry.Registry[CaseEraser] = registry.Registry("case eraser", key=lambda eraser: eraser.key)
