"""What the compiled form answers with. All of it is plain data."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

TYPED = "$typed"
"""Key of the marker that keeps what somebody typed where it could not be read: ``{"$typed": "31.2.2026"}``.

It stands in drafts only: nothing typed is lost, and no field can have this id.
"""

MAX_ERRORS = 100


@dataclass(frozen=True, slots=True)
class FieldError:
    """One thing to put right. ``path`` is like ``hunde[1].name``, ``anchor`` the id of the input.

    Both are empty for a check that belongs to no field.
    """

    path: str
    anchor: str
    message: str


@dataclass(frozen=True, slots=True)
class ParsedPage:
    """A page as it was sent in: ``data`` is the whole draft data, also where ``errors`` stand.

    ``action`` is "add", "remove" or "refresh" when a button inside the page was pressed: show the page again.
    ``focus`` is the id of the element to go to then.
    """

    data: dict[str, Any]
    errors: tuple[FieldError, ...] = ()
    action: str = ""
    focus: str = ""

    @property
    def ok(self) -> bool:
        return not self.errors and not self.action


@dataclass(frozen=True, slots=True)
class Validation:
    """The clean data (canonical, only visible fields, with computed values) and what is wrong."""

    data: dict[str, Any]
    errors: tuple[FieldError, ...] = ()

    @property
    def ok(self) -> bool:
        return not self.errors


@dataclass(frozen=True, slots=True)
class SummaryFile:
    upload: str
    name: str
    media_type: str
    size: int


@dataclass(frozen=True, slots=True)
class SummaryRow:
    """A question with its answer as text. ``group`` names the group or item it stands in, such as "Hund 2"."""

    path: str
    label: str
    value_text: str
    files: tuple[SummaryFile, ...] = ()
    group: str = ""
    is_answered: bool = True


@dataclass(frozen=True, slots=True)
class SummarySection:
    page_id: str
    title: str
    rows: tuple[SummaryRow, ...]


def typed_of(value: object) -> Any:
    """Return what somebody typed (text, or texts by part) when ``value`` is the marker of it; else None."""
    if isinstance(value, Mapping) and len(value) == 1:
        return value.get(TYPED)
    return None


def unreadable(typed: Any) -> dict[str, Any]:
    return {TYPED: typed}
