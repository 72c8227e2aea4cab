from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest
from django.conf import settings
from django.db import transaction

from rathaus.kernel.models import Job
from rathaus.kernel.public import events, jobs
from tests.kernel import work

pytestmark = pytest.mark.django_db
THING = work.ThingHappened(
    id=UUID(int=7),
    name="Müller",
    count=3,
    is_large=True,
    on=date(2026, 12, 4),
    at=datetime(2026, 12, 4, 14, 30, tzinfo=UTC),
    amount=Decimal("60.00"),
    colour=work.Colour.RED,
)


@pytest.fixture(autouse=True)
def done() -> Iterator[list[Any]]:
    work.done.clear()
    yield work.done
    work.done.clear()


def test_an_event_comes_back_from_json_with_its_types() -> None:
    thing = replace(THING, other=UUID(int=9), note="")
    assert work.ThingHappened.from_json(thing.to_json()) == thing
    back = work.ThingHappened.from_json(THING.to_json())
    assert (type(back.amount), type(back.on), back.colour is work.Colour.RED, back.note) == (
        Decimal, date, True, None,
    )  # fmt: skip


def test_each_subscriber_gets_the_event_when_jobs_run(done: list[Any]) -> None:
    events.emit(THING)
    assert done == []
    assert jobs.run_pending() == 2
    assert done == [("on_thing", THING), ("also_on_thing", THING)]


def test_emitting_costs_one_statement_for_all_subscribers(django_assert_num_queries: Any) -> None:
    with django_assert_num_queries(1 if settings.JOBS == "database" else 2):
        events.emit(THING)
    with django_assert_num_queries(0):
        events.emit(work.NothingHappened())


def test_a_rolled_back_event_never_happened() -> None:
    with pytest.raises(RuntimeError), transaction.atomic():
        events.emit(THING)
        raise RuntimeError
    assert Job.objects.count() == 0


def test_a_subscriber_that_fails_does_not_keep_it_from_the_others(done: list[Any]) -> None:
    bad = replace(THING, name="bad")
    events.emit(bad)
    jobs.run_pending()
    assert done == [("on_thing", bad), ("also_on_thing", bad)]
    assert jobs.state_counts() == {"ready": 1, "running": 0, "done": 1, "dead": 0}
    assert "does not like it" in jobs.recent("ready")[0].last_error


def test_an_event_of_an_older_version_is_brought_up_to_date(done: list[Any]) -> None:
    events.emit(work.ThingRenamed(id=1, new_name="neu"))
    job = Job.objects.get()
    job.payload = job.payload.replace('\\"schema\\": 3', '\\"schema\\": 2').replace("new_name", "name")
    job.save()
    jobs.run_pending(raise_errors=True)
    assert done == [work.ThingRenamed(id=1, new_name="neu")]


def test_an_event_of_a_version_that_nobody_can_read_stays_as_a_failed_job() -> None:
    events.emit(work.ThingRenamed(id=1, new_name="neu"))
    job = Job.objects.get()
    job.payload = job.payload.replace('\\"schema\\": 3', '\\"schema\\": 1')
    job.save()
    with pytest.raises(ValueError, match="no way from schema 1 to 3"):
        jobs.run_pending(raise_errors=True)


def test_only_subscribed_functions_are_ever_called(done: list[Any]) -> None:
    events.emit(work.ThingRenamed(id=1, new_name="neu"))
    job = Job.objects.get()
    job.payload = job.payload.replace("on_renamed", "no_task")
    job.save()
    with pytest.raises(LookupError, match="not subscribed"):
        jobs.run_pending(raise_errors=True)
    assert done == []


def test_fields_that_json_cannot_bring_back_are_refused_when_subscribing() -> None:
    @dataclass(frozen=True)
    class Wrong(events.Event):
        things: list[str]

    with pytest.raises(TypeError, match="things"):
        events.subscribe(Wrong, work.on_thing)


def test_a_handler_inside_a_function_is_refused() -> None:
    def inner(event: work.NothingHappened) -> None: ...

    with pytest.raises(TypeError, match="module-level"):
        events.subscribe(work.NothingHappened, inner)


def test_the_payload_is_plain_json() -> None:
    events.emit(THING)
    name, path, text = json.loads(Job.objects.order_by("id")[0].payload)["args"]
    assert (name, path) == ("tests.kernel.work.ThingHappened", "tests.kernel.work.on_thing")
    assert json.loads(text)["data"]["amount"] == "60.00"
