"""Opening hours as the town wrote them: texts, or mappings of days and hours."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class OpeningHours:
    """``days`` is empty where the town wrote one text only, such as "by appointment"."""

    days: str
    hours: str


def opening_hours(entries: object) -> list[OpeningHours]:
    """Lines to show; shapes that nobody can read are left out."""
    found = [_line(entry) for entry in entries] if isinstance(entries, list) else []
    return [line for line in found if line is not None]


def _line(entry: object) -> OpeningHours | None:
    if isinstance(entry, str):
        return OpeningHours("", entry)
    if not isinstance(entry, Mapping):
        return None
    values = [str(value) for value in entry.values() if value]
    if len(values) < 2:
        return OpeningHours("", values[0]) if values else None
    return OpeningHours(values[0], " ".join(values[1:]))
