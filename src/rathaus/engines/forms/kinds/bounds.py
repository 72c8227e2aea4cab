"""Least and greatest values: fixed in the definition or worked out by FEEL (``"=today()"``)."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from ..definition.expressions import Expression
from ..definition.spec import Spec
from .base import Evaluate, Invalid, Kind

Bound = Any


@dataclass(frozen=True, slots=True)
class Bounds:
    """``low`` and ``high`` are None, a FEEL value, or an expression that gives one."""

    low: Bound = None
    high: Bound = None

    def broken(self, kind: Kind, value: Any, evaluate: Evaluate) -> tuple[str, str] | None:
        """Return ("low" or "high", the limit as text) when the value lies outside."""
        typed: Any = kind.typed(value)
        low = _resolved(self.low, typed, evaluate)
        if low is not None and typed < low:
            return "low", _shown(kind, low)
        high = _resolved(self.high, typed, evaluate)
        if high is not None and typed > high:
            return "high", _shown(kind, high)
        return None

    def check(self, kind: Kind, value: Any, evaluate: Evaluate) -> Iterator[Invalid]:
        found = self.broken(kind, value, evaluate)
        if found is not None:
            too_low = found[0] == "low"
            message = (
                _("“%(label)s” must be at least %(limit)s.")
                if too_low
                else _("“%(label)s” may be at most %(limit)s.")
            )
            yield Invalid(message, limit=found[1])


NO_BOUNDS = Bounds()


def _resolved(bound: Bound, typed: Any, evaluate: Evaluate) -> Any:
    value = evaluate(bound) if isinstance(bound, Expression) else bound
    return value if type(value) is type(typed) else None


def _shown(kind: Kind, limit: object) -> str:
    canonical = kind.untyped(limit)
    return str(limit) if canonical is None else kind.shown(canonical, get_language() or "de")


def read_bounds(spec: Spec, read: Callable[[Any], object | None], example: str) -> Bounds:
    """Take ``min`` and ``max``; ``read`` turns a literal into a FEEL value or None."""
    low, high = (_read_bound(spec, key, read, example) for key in ("min", "max"))
    fixed = (
        low is not None and high is not None and type(low) is type(high) and not isinstance(low, Expression)
    )
    if fixed and low > high:
        spec.refuse("bad_value", "„min“ ist größer als „max“.", "min")
    return Bounds(low, high)


def _read_bound(spec: Spec, key: str, read: Callable[[Any], object | None], example: str) -> Bound:
    value = spec.raw.get(key)
    if isinstance(value, str) and value.strip().startswith("="):
        return spec.expression(key)
    spec.take(key)
    if value is None:
        return None
    bound = read(value)
    if bound is None:
        spec.refuse(
            "bad_value", f"Hier muss {example} stehen oder ein FEEL-Ausdruck, der mit = beginnt.", key
        )
    return bound
