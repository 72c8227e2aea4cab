"""Pages of long lists, the newest first: each begins behind the last row of the one before, and nothing is counted."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import Q, QuerySet
from django.http import HttpRequest

NAME = "vor"
_LARGEST = 2**63


@dataclass(frozen=True, slots=True)
class Page:
    """The rows of a page. ``older`` is the query of the next one, empty on the last."""

    rows: list[Any]
    older: str
    is_first: bool


def page_of(request: HttpRequest, rows: QuerySet[Any], *, moment: str, size: int, name: str = NAME) -> Page:
    """A page of rows by the time in the field ``moment``; an address that makes no sense shows the first. One query.

    ``name`` is the word in the address, where a page has two lists.
    """
    behind = _place(request.GET.get(name, ""), rows)
    if behind is not None:
        at, key = behind
        rows = rows.filter(Q(**{f"{moment}__lt": at}) | Q(**{moment: at, "pk__lt": key}))
    found = list(rows.order_by(f"-{moment}", "-pk")[: size + 1])
    shown = found[:size]
    older = _address(name, getattr(shown[-1], moment), shown[-1].pk) if len(found) > size else ""
    return Page(shown, older, behind is None)


def _address(name: str, at: datetime, key: object) -> str:
    return f"?{name}={at.isoformat().replace('+', '%2B')}~{key}"


def _place(text: str, rows: QuerySet[Any]) -> tuple[datetime, Any] | None:
    at, _tilde, key = text[:80].replace(" ", "+").partition("~")
    try:
        moment, found = datetime.fromisoformat(at), rows.model._meta.pk.to_python(key)
    except (ValueError, ValidationError):
        return None
    if isinstance(found, int) and not 0 < found < _LARGEST:
        return None
    return (moment, found) if moment.tzinfo is not None and 1900 < moment.year < 9000 else None
