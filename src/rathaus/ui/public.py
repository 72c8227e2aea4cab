"""The only door of ui."""

from __future__ import annotations

from rathaus.ui import navigation
from rathaus.ui.components.basic import alert, badge, button, icon, progress
from rathaus.ui.components.markup import html_attributes
from rathaus.ui.embedding import allow_embedding
from rathaus.ui.files import SHOWN, file_response, held_response
from rathaus.ui.navigation import NavItem
from rathaus.ui.paging import Page, page_of

__all__ = [
    "SHOWN",
    "NavItem",
    "Page",
    "alert",
    "allow_embedding",
    "badge",
    "button",
    "file_response",
    "held_response",
    "html_attributes",
    "icon",
    "navigation",
    "page_of",
    "progress",
]
