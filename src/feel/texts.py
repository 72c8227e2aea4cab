"""Values as text: what the function string() gives (DMN 1.5, 10.3.4.1)."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from .decimals import plain
from .runtime import Run
from .temporal.text import format_date, format_date_time, format_days, format_months, format_time
from .temporal.types import DateTime, Duration, FarDate, Time, YearsMonthsDuration
from .values import Function, Range, Value


def text_of(value: Value, run: Run) -> str:
    """Strings stay as they are, other values as FEEL literals. Costs steps by length."""
    text = value if isinstance(value, str) else _text(value, run)
    run.text_room(len(text))
    return text


def scalar_text(value: Value) -> str | None:
    """The text of a temporal value, None for other kinds."""
    if isinstance(value, (date, FarDate)):
        return format_date(value)
    if isinstance(value, DateTime):
        return format_date_time(value)
    if isinstance(value, Time):
        return format_time(value)
    if isinstance(value, Duration):
        return format_days(value)
    return format_months(value) if isinstance(value, YearsMonthsDuration) else None


def _text(value: Value, run: Run) -> str:
    run.enter()
    run.charge(3)
    try:
        if isinstance(value, list):
            return "[" + ", ".join(_text(item, run) for item in value) + "]"
        if isinstance(value, dict):
            return "{" + ", ".join(f"{_key(key)}: {_text(item, run)}" for key, item in value.items()) + "}"
        if isinstance(value, Range):
            return _range(value, run)
        return _scalar(value)
    finally:
        run.leave()


def _key(key: str) -> str:
    return key if key.isidentifier() else quoted(key)


def quoted(text: str) -> str:
    body = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{body}"'


def _range(value: Range, run: Run) -> str:
    start = "" if value.start is None else _text(value.start, run)
    end = "" if value.end is None else _text(value.end, run)
    return f"{'[' if value.start_included else '('}{start}..{end}{']' if value.end_included else ')'}"


def _scalar(value: Value) -> str:
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return quoted(value)
    if isinstance(value, Decimal):
        return plain(value)
    if isinstance(value, Function):
        return f"function {value.name}"
    return scalar_text(value) or ""
