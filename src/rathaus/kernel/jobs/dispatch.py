"""Who brings jobs to workers. By itself nobody: workers look at the table; an adapter may tell them instead."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Notice:
    """A job that is ready: its number, and when it may run in which order."""

    job_id: int
    queue: str
    priority: int
    run_after: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkerOptions:
    """What ``rathaus worker`` was asked for; no ``queues`` are all."""

    poll_seconds: float = 0.5
    max_seconds: int = 900
    queues: tuple[str, ...] = ()
    concurrency: int = 1


class Dispatcher(Protocol):
    """Brings ready jobs to its workers. The rows stay the truth: a notice that is lost or comes twice does no harm."""

    def announce(self, notices: Sequence[Notice]) -> None:
        """Tell of ready jobs, as part of the running transaction."""
        ...

    def work(self, options: WorkerOptions) -> None:
        """Run jobs until SIGTERM."""
        ...


_dispatcher: Dispatcher | None = None


def register_dispatcher(dispatcher: Dispatcher | None) -> None:
    """From apps.ready of the adapter that the settings name; None: workers look themselves."""
    global _dispatcher
    _dispatcher = dispatcher


def dispatcher() -> Dispatcher | None:
    return _dispatcher


def announce(notices: Sequence[Notice]) -> None:
    """Tell the workers where somebody brings them jobs."""
    if _dispatcher is not None and notices:
        _dispatcher.announce(notices)
