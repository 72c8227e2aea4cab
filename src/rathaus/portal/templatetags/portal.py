"""What the portal's templates need beside the components."""

from __future__ import annotations

from functools import lru_cache

from django import template
from django.urls import reverse
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from markdown_it import MarkdownIt

from rathaus.portal.queries import catalogue

register = template.Library()
_MARKDOWN = MarkdownIt("js-default", {"html": False, "linkify": False, "typographer": False})

# A wide table scrolls in itself, also by keyboard.
_TABLE = '<div class="rh-table-wrap" tabindex="0"><table class="rh-table">'


@lru_cache(maxsize=512)
def _html(source: str) -> str:
    html: str = _MARKDOWN.render(source)
    return html.replace("<table>", _TABLE).replace("</table>", "</table></div>")


@register.filter
def markdown(source: str) -> SafeString:
    """A blueprint's text as HTML; HTML in it is shown as text, and links lead to web and mail addresses only."""
    return mark_safe(_html(source))  # noqa: S308  the renderer escapes


@register.filter
def in_language(value: object) -> str:
    return catalogue.in_language(value)


@register.filter
def unit_name(unit: object) -> str:
    return catalogue.unit_name(unit)


@register.filter
def trail(label: str, parent: str = "") -> list[tuple[str, str]]:
    """The breadcrumb of a page, or of a page below the list of services, which is named ``parent``."""
    above = [(str(parent), reverse("portal:services"))] if parent else []
    return [*above, (str(label), "")]


@register.filter
def trail_in(label: str, offer: catalogue.Offer) -> list[tuple[str, str]]:
    """The breadcrumb of a page around applying for a service."""
    return [(offer.title, reverse("portal:service", args=[offer.slug])), (str(label), "")]


@register.filter
def trail_account(label: str) -> list[tuple[str, str]]:
    """The breadcrumb of a page in the account."""
    return [(_("My account"), reverse("citizen:overview")), (str(label), "")]


@register.filter
def trail_inbox(label: str) -> list[tuple[str, str]]:
    """The breadcrumb of a message."""
    return [
        (_("My account"), reverse("citizen:overview")),
        (_("Inbox"), reverse("citizen:inbox")),
        (str(label), ""),
    ]
