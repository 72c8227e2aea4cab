"""What is deleted by rule: each app registers its rules, the administration sets the days."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from django.utils.functional import Promise

from rathaus.kernel.public import registry


@dataclass(frozen=True, kw_only=True)
class CleanupRule:
    """``run`` deletes what is older than the moment it is given, and returns how many.

    ``basis`` says in one sentence why it is kept so long, and by which law. ``least`` and ``most`` bound the days.
    """

    key: str
    title: str | Promise
    basis: str | Promise
    days: int
    least: int
    most: int
    run: Callable[[datetime], int]


@dataclass(frozen=True, kw_only=True)
class KeptElsewhere:
    """What is kept by other means than a number of days; for the table that shows everything."""

    title: str | Promise
    period: str | Promise
    basis: str | Promise


cleanup_rules: registry.Registry[CleanupRule] = registry.Registry("cleanup rule", key=lambda rule: rule.key)
