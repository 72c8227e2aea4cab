"""Tasks, events and handlers for the tests; also imported by the worker processes that they start."""

from __future__ import annotations

import os
import time
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from pathlib import Path
from typing import Any, ClassVar
from uuid import UUID

from django.db import connection, transaction
from django.utils.translation import get_language
from django_tasks import TaskContext

from rathaus.kernel.models import Counter
from rathaus.kernel.public import events, jobs

done: list[Any] = []


@jobs.task
def remember(value: Any) -> Any:
    done.append(value)
    return value


@jobs.task(priority=10)
def hurry(value: Any) -> None:
    done.append(value)


@jobs.task
def fail(message: str) -> None:
    done.append(message)
    raise RuntimeError(message)


@jobs.task
def leave() -> None:
    raise SystemExit(3)


@jobs.task
def break_the_transaction() -> None:
    with transaction.atomic():
        Counter.objects.create(key="left behind", value=1)
        with connection.cursor() as cursor:
            cursor.execute("SELECT no_such_column FROM kernel_counter")


@jobs.task
def leave_a_transaction_open() -> None:
    transaction.set_autocommit(False)
    Counter.objects.create(key="left open", value=1)


@jobs.task
def count_once(key: str, fail_inside: bool = False) -> None:
    """An effect that cannot tell whether it was there before."""
    with transaction.atomic():
        counter, _new = Counter.objects.get_or_create(key=key, defaults={"value": 0})
        Counter.objects.filter(pk=counter.pk).update(value=counter.value + 1)
        jobs.settle()
        if fail_inside:
            raise RuntimeError("after the effect")


@jobs.task
def settle_without_transaction() -> None:
    jobs.settle()


@jobs.task
def look_around() -> None:
    done.append((connection.in_atomic_block, get_language()))


@jobs.task(takes_context=True)
def count_attempts(context: TaskContext) -> None:
    done.append(context.attempt)


@jobs.task
def write(path: str, text: str) -> None:
    with Path(path).open("a") as file:
        file.write(f"{text} {os.getpid()}\n")


@jobs.task
def linger(path: str, seconds: float) -> None:
    """Say that it began, take its time, say that it ended."""
    write.func(path, "began")
    time.sleep(seconds)
    write.func(path, "ended")


@jobs.task
def spin(seconds: float) -> None:
    """Compute without end, as far as anybody is concerned."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        pass


def no_task() -> None:
    done.append("called")


class Colour(StrEnum):
    RED = "red"


@dataclass(frozen=True)
class ThingHappened(events.Event):
    id: UUID
    name: str
    count: int
    is_large: bool
    on: date
    at: datetime
    amount: Decimal
    colour: Colour
    note: str | None = None
    other: UUID | None = None


@dataclass(frozen=True)
class NothingHappened(events.Event):
    pass


@dataclass(frozen=True)
class ThingRenamed(events.Event):
    schema: ClassVar[int] = 3

    id: int
    new_name: str

    @classmethod
    def upgrade(cls, schema: int, data: dict[str, Any]) -> dict[str, Any]:
        if schema == 2:
            return {"id": data["id"], "new_name": data["name"]}
        return super().upgrade(schema, data)


def on_thing(event: ThingHappened) -> None:
    done.append(("on_thing", event))


def also_on_thing(event: ThingHappened) -> None:
    done.append(("also_on_thing", event))
    if event.name == "bad":
        raise RuntimeError("this subscriber does not like it")


def on_renamed(event: ThingRenamed) -> None:
    done.append(event)


events.subscribe(ThingHappened, on_thing)
events.subscribe(ThingHappened, also_on_thing)
events.subscribe(ThingRenamed, on_renamed)
