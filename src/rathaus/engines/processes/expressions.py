"""FEEL as the engine uses it: compiled once, evaluated at the clock's moment, values to JSON and back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, is_dataclass
from datetime import date, time
from decimal import Decimal
from functools import lru_cache
from typing import Any
from uuid import UUID

import feel
from rathaus.kernel.public import clock

# Stored values say what they are where JSON has no word for it: {"@": "2026-12-04"} is a date, {"@number": "…"} a
# number with more digits than JSON readers keep.
TEMPORAL = "@"
NUMBER = "@number"


@lru_cache(maxsize=4096)
def compiled(text: str) -> feel.Expression:
    """The compiled expression. Raises feel.FeelError."""
    return feel.compile_expression(text)


def evaluate(expression: feel.Expression, context: Mapping[str, object]) -> object:
    """The value now; what cannot be worked out is null. Raises feel.FeelError where it would cost too much."""
    return expression.evaluate(context, now=clock.now())


def dump(values: Mapping[str, object]) -> dict[str, Any]:
    """FEEL values by name as JSON data that keeps their kinds."""
    return {str(name): dump_value(value) for name, value in values.items()}


def load(data: Mapping[str, Any]) -> dict[str, object]:
    """Read what `dump` wrote."""
    return {name: load_value(value) for name, value in data.items()}


def dump_value(value: object) -> Any:
    """One FEEL value, or what an action gave, as JSON data. Raises TypeError for what is neither."""
    if value is None or isinstance(value, bool | str):
        return value
    if isinstance(value, int | float | Decimal):
        number = feel.to_json(Decimal(repr(value)) if isinstance(value, float) else Decimal(value))
        return {NUMBER: number} if isinstance(number, str) else number
    if isinstance(value, Mapping):
        return dump(value)
    if isinstance(value, list | tuple):
        return [dump_value(item) for item in value]
    return _dump_other(value)


def _dump_other(value: object) -> Any:
    if isinstance(value, date | time):  # also datetime
        return {TEMPORAL: value.isoformat()}
    if isinstance(value, feel.DateTime | feel.Time | feel.FarDate | feel.Duration | feel.YearsMonthsDuration):
        return {TEMPORAL: feel.to_json(value)}
    if isinstance(value, feel.Range | feel.Function):
        return feel.to_json(value)
    if isinstance(value, UUID):
        return str(value)
    if is_dataclass(value) and not isinstance(value, type):
        return dump(asdict(value))
    raise TypeError(f"a process cannot keep {type(value).__name__}")


def load_value(data: Any) -> object:
    """Read what `dump_value` wrote."""
    if isinstance(data, dict):
        if len(data) == 1:
            (key, value), *_ = data.items()
            if key == TEMPORAL:
                return _temporal(value)
            if key == NUMBER:
                return Decimal(value)
        return load(data)
    if isinstance(data, list):
        return [load_value(item) for item in data]
    return Decimal(repr(data)) if isinstance(data, int | float) and not isinstance(data, bool) else data


@lru_cache(maxsize=1024)
def _temporal(text: str) -> object:
    if len(text) == len("2026-12-04"):
        try:
            return date.fromisoformat(text)
        except ValueError:
            pass
    return feel.evaluate(f'@"{text}"')


def plain(value: object) -> object:
    """A stored value as plain JSON for people and examples: dates as ISO text."""
    if isinstance(value, dict):
        if len(value) == 1 and next(iter(value)) in (TEMPORAL, NUMBER):
            return next(iter(value.values()))
        return {key: plain(item) for key, item in value.items()}
    return [plain(item) for item in value] if isinstance(value, list) else value
