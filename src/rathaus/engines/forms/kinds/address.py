"""A postal address in Germany."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from ..results import unreadable
from .base import NOT_POSTED, Invalid, Kind, Posted
from .text import has_controls, tidy

_POSTCODE = re.compile(r"[0-9]{5}", re.ASCII)


@dataclass(frozen=True, slots=True)
class Part:
    key: str
    label: str
    limit: int
    autocomplete: str
    required: bool = True
    inputmode: str = ""


PARTS = (
    Part("street", gettext_noop("Street"), 100, "address-line1"),
    Part("house_number", gettext_noop("House number"), 20, ""),
    Part("postcode", gettext_noop("Postcode"), 5, "postal-code", inputmode="numeric"),
    Part("city", gettext_noop("Town"), 100, "address-level2"),
    Part("addition", gettext_noop("Addition to the address"), 100, "address-line2", required=False),
)
KEYS = frozenset(part.key for part in PARTS)


@dataclass(frozen=True, slots=True)
class ShownPart:
    key: str
    label: str
    value: str
    error: str
    required: bool
    autocomplete: str
    inputmode: str


@dataclass(frozen=True, slots=True)
class Address(Kind):
    """Street, house number, postcode, town and addition."""

    type: ClassVar[str] = "address"
    partial: ClassVar[str] = "address"

    def clean(self, value: Any) -> Any:
        if not isinstance(value, Mapping):
            raise Invalid(_("“%(label)s” must have street, house_number, postcode and city."))
        unknown = next((key for key in value if key not in KEYS), None)
        if unknown is not None:
            raise Invalid(_("“%(label)s” has no part “%(name)s”."), name=str(unknown)[:50])
        cleaned = {part.key: _clean_part(part, value.get(part.key)) for part in PARTS}
        return {key: text for key, text in cleaned.items() if text} or None

    def missing(self, value: Any) -> Iterator[Invalid]:
        given = value or {}
        for part in PARTS:
            if part.required and not given.get(part.key):
                yield Invalid(_("“%(label)s”: enter %(name)s."), part.key, name=_(part.label))

    def check(self, value: Any, evaluate: object) -> Iterator[Invalid]:
        yield from self.missing(value)

    def shown(self, value: Any, language: str) -> str:
        street = " ".join(value[key] for key in ("street", "house_number") if key in value)
        town = " ".join(value[key] for key in ("postcode", "city") if key in value)
        return "\n".join(line for line in (street, value.get("addition", ""), town) if line)

    def from_post(self, posted: Posted, name: str, label: str, before: Any) -> Any:
        if not any(posted.has(f"{name}.{part.key}") for part in PARTS):
            return NOT_POSTED
        typed = {part.key: tidy(posted.text(f"{name}.{part.key}")) for part in PARTS}
        typed = {key: text for key, text in typed.items() if text}
        try:
            return self.clean(typed) if typed else None
        except Invalid:
            return unreadable(typed)

    def anchor(self, element_id: str) -> str:
        return f"{element_id}-street"

    def reread(self, typed: Any, language: str) -> Any:
        return self.clean(typed)

    def widget(self, value: Any, typed: Any, language: str) -> dict[str, Any]:
        parts = typed if isinstance(typed, Mapping) else value or {}
        return {"value": parts, "attributes": {}}

    def shown_parts(self, value: Mapping[str, str], errors: Mapping[str, str]) -> list[ShownPart]:
        """Return the inputs; ``errors`` by key of the part."""
        return [
            ShownPart(
                part.key,
                _(part.label),
                value.get(part.key, ""),
                errors.get(part.key, ""),
                part.required,
                part.autocomplete,
                part.inputmode,
            )
            for part in PARTS
        ]


def _clean_part(part: Part, value: Any) -> str:
    if value is None:
        return ""
    if not isinstance(value, str):
        raise Invalid(_("%(name)s in “%(label)s” must be text."), part.key, name=_(part.label))
    text = tidy(value)
    if len(text) > max(part.limit, 10) or has_controls(text) or "\n" in text:
        raise Invalid(
            _("%(name)s in “%(label)s” is too long or contains characters that do not belong there."),
            part.key,
            name=_(part.label),
        )
    if part.key == "postcode" and text and not _POSTCODE.fullmatch(text):
        raise Invalid(_("The postcode in “%(label)s” must have 5 digits."), part.key)
    return text
