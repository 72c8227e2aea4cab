"""Attributes and small pieces of HTML, escaped once and in one place."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe

EMPTY = mark_safe("")


def html_attributes(values: Mapping[str, object] | None) -> SafeString:
    """Return `` name="value"`` for each pair; True is a bare attribute, None and False are left out.

    Underscores in names become hyphens, so that keyword arguments (``hx_get``) can be given.
    """
    if not values:
        return EMPTY
    shown = [(name.replace("_", "-"), value) for name, value in values.items() if value not in (None, False)]
    return format_html_join("", "{}", ((_attribute(name, value),) for name, value in shown))


def _attribute(name: str, value: object) -> SafeString:
    if value is True:
        return format_html(" {}", name)
    return format_html(' {}="{}"', name, value)
