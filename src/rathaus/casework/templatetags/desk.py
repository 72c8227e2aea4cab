"""What the desk's templates need beside the components."""

from __future__ import annotations

from django import template

from rathaus.engines.records.public import CaseState

register = template.Library()

STATE_KINDS = {
    CaseState.RECEIVED: "info",
    CaseState.IN_PROGRESS: "info",
    CaseState.WAITING: "warning",
    CaseState.DECIDED: "success",
    CaseState.CLOSED: "success",
    CaseState.WITHDRAWN: "warning",
}
STATE_ICONS = {
    CaseState.RECEIVED: "mail",
    CaseState.IN_PROGRESS: "edit",
    CaseState.WAITING: "help",
    CaseState.DECIDED: "success",
    CaseState.CLOSED: "check",
    CaseState.WITHDRAWN: "close",
}


@register.filter
def state_label(state: str) -> str:
    """A case's state in words."""
    return str(CaseState(state).label)


@register.filter
def state_kind(state: str) -> str:
    return STATE_KINDS[CaseState(state)]


@register.filter
def state_icon(state: str) -> str:
    return STATE_ICONS[CaseState(state)]


@register.filter
def named_in(slug: str, titles: dict[str, str]) -> str:
    return titles.get(slug, slug)
