"""Components with content of their own: card, dialog."""

from __future__ import annotations

from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from rathaus.ui.components.basic import icon
from rathaus.ui.components.markup import EMPTY


def card(
    title: object,
    body: str,
    *,
    href: str = "",
    preline: object = "",
    subline: object = "",
    level: int = 2,
    css: str = "",
) -> SafeString:
    """Return a card; with ``href`` the whole card is the link, its name is the title."""
    name: object = title
    if href:
        name = format_html('<a class="kern-link kern-link--stretched" href="{}">{}</a>', href, title)
    header = format_html(
        '<header class="kern-card__header">{}<h{} class="kern-title">{}</h{}>{}</header>',
        format_html('<p class="kern-preline">{}</p>', preline) if preline else EMPTY,
        level,
        name,
        level,
        format_html('<p class="kern-subline">{}</p>', subline) if subline else EMPTY,
    )
    classes = "kern-card" + (" kern-card--interactive" if href else "") + (f" {css}" if css else "")
    content = format_html('<div class="kern-card__body">{}</div>', body) if body.strip() else EMPTY
    return format_html(
        '<article class="{}"><div class="kern-card__container">{}{}</div></article>',
        classes,
        header if title else EMPTY,
        content,
    )


def dialog(id: str, title: object, body: str) -> SafeString:
    """Return a dialog that a button with ``popovertarget="id"`` opens, without JavaScript as well."""
    return format_html(
        '<dialog class="kern-dialog" id="{0}" popover aria-labelledby="{0}-title">'
        '<header class="kern-dialog__header">'
        '<h2 class="kern-title kern-title--large" id="{0}-title">{1}</h2>'
        '<button class="kern-btn kern-btn--tertiary" type="button" popovertarget="{0}" '
        'popovertargetaction="hide">'
        '{2}<span class="kern-label kern-sr-only">{3}</span></button></header>'
        '<section class="kern-dialog__body">{4}</section></dialog>',
        id,
        title,
        icon("close"),
        _("Close"),
        body,
    )
