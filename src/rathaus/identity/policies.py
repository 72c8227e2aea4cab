"""Who may do what, in one place: every app registers its rules here by name when it starts."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from django.core.exceptions import PermissionDenied

from rathaus.identity.actor import Actor
from rathaus.identity.enums import ActorKind

Rule = Callable[[Actor, Any], bool]

_rules: dict[str, Rule] = {}


class UnknownPolicy(LookupError):
    """Asked for a rule that no app has registered: a mistake in code, never an answer."""


def register(action: str, rule: Rule) -> None:
    """Name the rule for an action; registering another rule under the same name is an error."""
    if _rules.setdefault(action, rule) is not rule:
        raise ValueError(f"The policy {action!r} is already registered.")


def allows(actor: Actor, action: str, obj: object = None) -> bool:
    """The rule's answer; the system itself (jobs, processes) may do everything."""
    try:
        rule = _rules[action]
    except KeyError:
        known = ", ".join(sorted(_rules)) or "none"
        raise UnknownPolicy(f"No policy {action!r}; known: {known}.") from None
    return actor.kind is ActorKind.SYSTEM or rule(actor, obj)


def check(actor: Actor, action: str, obj: object = None) -> None:
    """Raise `PermissionDenied` unless the rule allows the action."""
    if not allows(actor, action, obj):
        raise PermissionDenied(action)


def registered() -> Iterator[str]:
    return iter(sorted(_rules))
