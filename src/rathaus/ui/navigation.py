"""Registry of the entries in the navigation; each app registers its own in ``apps.ready``."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import Promise

Area = Literal["portal", "desk", "account", "admin", "footer"]


@dataclass(frozen=True, kw_only=True)
class NavItem:
    """One entry; ``role`` limits it to staff with that role, ``counter`` tells a number for an actor."""

    area: Area
    label: str | Promise
    url_name: str
    order: int = 100
    role: str | None = None
    icon: str = ""
    counter: Callable[..., int] | None = None


@dataclass(frozen=True)
class Entry:
    """An entry as the templates show it."""

    label: str
    href: str
    icon: str
    count: int | None
    current: str


_items: dict[tuple[str, str], NavItem] = {}


def register(item: NavItem) -> None:
    """Add an entry; registering the same page twice in one area replaces it."""
    _items[item.area, item.url_name] = item


def items(area: str) -> list[NavItem]:
    """Return the entries of an area in their order."""
    return sorted((i for i in _items.values() if i.area == area), key=lambda i: (i.order, i.url_name))


def entries(request: HttpRequest, area: str, *, counted: bool = True) -> list[Entry]:
    """Return what this person sees in an area; where nothing is to be counted, no counter is asked."""
    actor = getattr(request, "actor", None)
    counting = actor if counted else None
    shown = [item for item in items(area) if _is_shown(item, actor) and not _is_above(item, actor)]
    return [_entry(item, request, counting) for item in shown]


def _is_above(item: NavItem, actor: object) -> bool:
    """Whether the desk's own list shows the page already to this person, above the administration."""
    above = _items.get(("desk", item.url_name)) if item.area == "admin" else None
    return above is not None and _is_shown(above, actor)


def _is_shown(item: NavItem, actor: object) -> bool:
    if item.role is None:
        return True
    has_role = getattr(actor, "has_role", None)
    return bool(has_role and has_role(item.role))


def _entry(item: NavItem, request: HttpRequest, actor: object) -> Entry:
    href = reverse(item.url_name)
    count = item.counter(actor) if item.counter and actor is not None else None
    return Entry(str(item.label), href, item.icon, count, _current(request.path, href))


def _current(path: str, href: str) -> str:
    """Return the value for aria-current: "page" on the page itself, "true" on the pages below it."""
    if path == href:
        return "page"
    return "true" if href.count("/") > 2 and path.startswith(href) else ""
