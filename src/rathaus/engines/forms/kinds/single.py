"""Fields with one input of text."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from ..results import unreadable
from .base import NOT_POSTED, Invalid, Kind, Posted


@dataclass(frozen=True, slots=True)
class SingleInput(Kind):
    """What is typed into one input is read, or kept as it is when it cannot be."""

    def from_post(self, posted: Posted, name: str, label: str, before: Any) -> Any:
        if not posted.has(name):
            return NOT_POSTED
        text = posted.text(name)
        if not text.strip():
            return None
        try:
            return self.parse(text, posted.language)
        except Invalid:
            return unreadable(text)

    def missing(self, value: Any) -> Iterator[Invalid]:
        yield Invalid(_("Enter “%(label)s”."))
