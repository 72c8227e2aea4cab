"""Subscribing, emitting, delivering. One job for each subscriber: one that fails holds up no other."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any, TypeVar

from django_tasks import task

from ..jobs.backend import DatabaseBackend
from .base import Event, check_event

E = TypeVar("E", bound=Event)
Handler = Callable[[Any], None]

# event class -> {path of the handler: handler}; filled once, in apps.ready
_subscribers: dict[type[Event], dict[str, Handler]] = {}
_by_name: dict[tuple[str, str], tuple[type[Event], Handler]] = {}


class UnknownSubscriber(LookupError):
    """A queued event is addressed to a handler that is subscribed no more."""


def subscribe(event: type[E], handler: Callable[[E], None]) -> None:
    """Have a module-level, idempotent function called with each event of a class. In apps.ready."""
    path = f"{handler.__module__}.{handler.__qualname__}"
    if "<" in path:
        raise TypeError(f"{path}: a handler must be a module-level function")
    check_event(event)
    _subscribers.setdefault(event, {})[path] = handler
    _by_name[event.event_name(), path] = (event, handler)


def subscribers_of(event: type[Event]) -> tuple[str, ...]:
    """Who is told of events of this class."""
    return tuple(_subscribers.get(event, ()))


def emit(event: Event) -> None:
    """Tell all subscribers once the transaction is committed: one INSERT, none without subscribers."""
    paths = _subscribers.get(type(event))
    if not paths:
        return
    name, text = event.event_name(), event.to_json()
    backend = deliver.get_backend()
    if isinstance(backend, DatabaseBackend):
        payload_of = (
            json.dumps({"args": [name, path, text], "kwargs": {}}, ensure_ascii=False) for path in paths
        )
        backend.enqueue_payloads(deliver, list(payload_of))
        return
    for path in paths:
        deliver.enqueue(name, path, text)


@task
def deliver(name: str, path: str, text: str) -> None:
    """Call one subscriber with one event. Only a subscribed function is ever called."""
    found = _by_name.get((name, path))
    if found is None:
        raise UnknownSubscriber(f"{path} is not subscribed to {name}")
    event, handler = found
    handler(event.from_json(text))
