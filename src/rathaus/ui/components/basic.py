"""The smallest KERN components. Built without templates, because every page has dozens of them."""

from __future__ import annotations

from functools import lru_cache

from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from rathaus.ui.components.markup import EMPTY, html_attributes

KINDS = ("info", "success", "warning", "danger")
BUTTON_KINDS = ("primary", "secondary", "tertiary")
BADGE_ICONS = {"info": "info", "success": "success", "warning": "warning", "danger": "danger"}


def icon(name: str, size: str = "", label: str = "") -> SafeString:
    """Return an icon; decorative for screen readers unless it has a label."""
    if not name:
        return EMPTY
    hidden = _decorative_icon(name, size)
    if not label:
        return hidden
    return format_html('{}<span class="kern-sr-only">{}</span>', hidden, label)


@lru_cache(maxsize=256)
def _decorative_icon(name: str, size: str) -> SafeString:
    css = f"kern-icon kern-icon--{name}" + (f" kern-icon--{size}" if size else "")
    return format_html('<span class="{}" aria-hidden="true"></span>', css)


def button(
    label: object,
    *,
    href: str = "",
    kind: str = "primary",
    icon_name: str = "",
    type: str = "submit",
    block: bool = False,
    hide_label: bool = False,
    css: str = "",
    attributes: dict[str, object] | None = None,
) -> SafeString:
    """Return a KERN button; with ``href`` a link that looks like one."""
    if kind not in BUTTON_KINDS:
        raise ValueError(f"unknown kind of button: {kind!r}, known are {BUTTON_KINDS}")
    classes = (
        f"kern-btn kern-btn--{kind}" + (" kern-btn--block" if block else "") + (f" {css}" if css else "")
    )
    inside = format_html(
        '{}<span class="kern-label{}">{}</span>',
        icon(icon_name),
        " kern-sr-only" if hide_label else "",
        label,
    )
    extra = html_attributes(attributes)
    if href:
        return format_html('<a class="{}" href="{}"{}>{}</a>', classes, href, extra, inside)
    return format_html('<button class="{}" type="{}"{}>{}</button>', classes, type, extra, inside)


def badge(text: object, kind: str = "info", icon_name: str | None = None) -> SafeString:
    """Return a state in words with an icon, so that colour is never the only sign."""
    if kind not in KINDS:
        raise ValueError(f"unknown kind of badge: {kind!r}, known are {KINDS}")
    name = BADGE_ICONS[kind] if icon_name is None else icon_name
    return format_html(
        '<span class="kern-badge kern-badge--{}">{}<span class="kern-label kern-label--small">{}</span></span>',
        kind,
        icon(name, "small"),
        text,
    )


def alert(kind: str, title: object, body: str = "") -> SafeString:
    """Return a KERN alert. Warnings and errors are announced at once, the others in their turn."""
    if kind not in KINDS:
        raise ValueError(f"unknown kind of alert: {kind!r}, known are {KINDS}")
    role = "alert" if kind in ("danger", "warning") else "status"
    inner = format_html('<div class="kern-alert__body">{}</div>', body) if body.strip() else EMPTY
    return format_html(
        '<div class="kern-alert kern-alert--{}" role="{}"><div class="kern-alert__header">{}'
        '<span class="kern-title">{}</span></div>{}</div>',
        kind,
        role,
        icon(kind),
        title,
        inner,
    )


def progress(current: int, total: int, label: object, id: str = "progress") -> SafeString:
    """Return the progress in words and as a bar: "Step 2 of 5: Your dog"."""
    words = _("Step %(current)s of %(total)s") % {"current": current, "total": total}
    text = f"{words}: {label}" if label else words
    return format_html(
        '<div class="kern-progress"><label class="kern-label" for="{0}">{1}</label>'
        '<progress id="{0}" value="{2}" max="{3}">{1}</progress></div>',
        id,
        text,
        current,
        total,
    )
