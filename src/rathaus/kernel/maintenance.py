"""Maintenance mode as every floor may ask for it; where it is kept is a higher floor's matter (a port)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

__all__ = ["OFF", "State", "known", "learn", "provide", "state"]


@dataclass(frozen=True, slots=True)
class State:
    """Whether the town hall is being worked on. ``text`` and ``until`` are announcements; nothing ends by itself."""

    is_on: bool = False
    is_desk_closed: bool = False
    text: str = ""
    until: datetime | None = None
    since: datetime | None = None


OFF = State()


class _Holder:
    reader: Callable[[], State] | None = None
    known: State = OFF


def provide(reader: Callable[[], State]) -> None:
    """Say who reads the stored state; once, from ``apps.ready``."""
    _Holder.reader = reader


def state() -> State:
    """The stored state, read now. For whoever must not be wrong: receiving an application."""
    return _Holder.reader() if _Holder.reader else OFF


def known() -> State:
    """What this process learnt last, without asking anybody: at most some seconds old. For every page."""
    return _Holder.known


def learn(newest: State) -> None:
    """Remember the state for ``known``."""
    _Holder.known = newest
