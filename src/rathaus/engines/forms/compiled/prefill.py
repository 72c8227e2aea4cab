"""What stands in a page that nobody has filled in yet: defaults, and what is known of the person."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from ..kinds.base import Invalid
from ..kinds.structure import Repeat
from .model import Field, Page


def suggestions(fields: Iterable[Field], prefill: Mapping[str, Any]) -> dict[str, Any]:
    """Return data for the fields; ``prefill`` has the person's names (given_name, address, ...)."""
    data: dict[str, Any] = {}
    for field in fields:
        value = _suggestion(field, prefill)
        if value is not None:
            data[field.id] = value
    return data


def _suggestion(field: Field, prefill: Mapping[str, Any]) -> Any:
    if isinstance(field.kind, Repeat):
        return None
    if field.kind.is_container:
        return suggestions(field.children, prefill) or None
    known = _known(field.prefill.removeprefix("person."), prefill) if field.prefill else None
    if known in (None, ""):
        return field.default
    try:
        return field.kind.clean(known)
    except Invalid:
        return field.default


def _known(name: str, prefill: Mapping[str, Any]) -> Any:
    value = prefill.get(name)
    if value is None and name == "name":
        value = " ".join(str(prefill[key]) for key in ("given_name", "family_name") if prefill.get(key))
    if value is None and name == "address":
        value = {
            key: prefill[key] for key in ("street", "house_number", "postcode", "city") if prefill.get(key)
        }
    return value or None


def with_suggestions(page: Page, data: Mapping[str, Any], prefill: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return the data with suggestions for the page, unless one of its fields has been filled in."""
    if any(field.id in data for field in page.fields):
        return data
    return {**data, **suggestions(page.fields, prefill)}
