"""The one source of time. Tests, examples and plays travel; nothing else sets a date."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.utils import timezone

__all__ = ["advance", "now", "today", "travel", "wall"]


@dataclass
class _Journey:
    moment: datetime


_journey: ContextVar[_Journey | None] = ContextVar("rathaus_clock_journey", default=None)


def wall() -> datetime:
    """The unmoved time, aware, in the town's zone. For leases and measurements only."""
    return datetime.now(timezone.get_default_timezone())


def now() -> datetime:
    """The current moment, aware, in the town's time zone."""
    journey = _journey.get()
    return journey.moment if journey else wall()


def today() -> date:
    """The current day in the town's time zone."""
    return now().date()


@contextmanager
def travel(moment: datetime) -> Iterator[None]:
    """Stop the clock at ``moment`` (a naive one is local time) for this thread of control. May be nested."""
    zone = timezone.get_default_timezone()
    local = moment.replace(tzinfo=zone) if moment.tzinfo is None else moment.astimezone(zone)
    token = _journey.set(_Journey(local))
    try:
        yield
    finally:
        _journey.reset(token)


def advance(step: timedelta) -> datetime:
    """Move the stopped clock on and return the new moment. Raises RuntimeError where nobody travels."""
    journey = _journey.get()
    if journey is None:
        raise RuntimeError("clock.advance() only works inside clock.travel()")
    zone = timezone.get_default_timezone()
    # Civil time: a day later at the same hour, also across the change to summer time.
    journey.moment = (journey.moment.replace(tzinfo=None) + step).replace(tzinfo=zone)
    return journey.moment
