"""Timers and messages: caught on the way, at the border, after an event gateway, as a start."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from rathaus.engines.processes import public as processes
from rathaus.engines.processes.models import MessageWait, Timer
from rathaus.kernel.public import clock
from tests.factories.processes import (
    Playground,
    boundary,
    catch,
    end,
    event_gateway,
    message,
    path,
    receive,
    start,
    subprocess,
    timer,
    user,
)

BERLIN = ZoneInfo("Europe/Berlin")
NOW = datetime(2026, 12, 1, 10, tzinfo=BERLIN)


@pytest.fixture(autouse=True)
def _stopped_clock() -> Iterator[None]:
    with clock.travel(NOW):
        yield


def pass_time(**step: float) -> int:
    clock.advance(timedelta(**step))
    return processes.fire_due_timers(clock.now())


def test_catching_a_timer(town: Playground) -> None:
    town.run(start(), catch("warten", timer("P14D")), end(), path("start", "warten", "end"))
    assert pass_time(days=13, hours=23) == 0
    assert pass_time(hours=1) == 1
    assert (town.state(), town.done(), Timer.objects.count()) == ("completed", ["start", "warten", "end"], 0)


@pytest.mark.parametrize(
    ("text", "kind", "working", "expected"),
    [
        ("P1M", "Duration", False, "2027-01-01T10:00:00+01:00"),
        ("P2D", "Duration", True, "2026-12-03T10:00:00+01:00"),
        ("P5D", "Duration", True, "2026-12-08T10:00:00+01:00"),
        ("PT36H", "Duration", False, "2026-12-02T22:00:00+01:00"),
        ("2026-12-24", "Date", False, "2026-12-24T00:00:00+01:00"),
        ("2026-12-24T08:00:00", "Date", False, "2026-12-24T08:00:00+01:00"),
        ("=x", "Date", False, "2026-12-24T00:00:00+01:00"),
        ('=heute + duration("P3D")', "Date", False, "2026-12-04T00:00:00+01:00"),
        ('=duration("P3D")', "Duration", False, "2026-12-04T10:00:00+01:00"),
        ('=duration("P1M")', "Duration", False, "2027-01-01T10:00:00+01:00"),
        ('="P3D"', "Duration", True, "2026-12-04T10:00:00+01:00"),
    ],
)
def test_timer_texts(town: Playground, text: str, kind: str, working: bool, expected: str) -> None:
    from datetime import date

    town.run(
        start(), catch("warten", timer(text, kind, working_days=working)), end(), path("start", "warten", "end"),
        x=date(2026, 12, 24),
    )  # fmt: skip
    assert [one.due_at for one in Timer.objects.all()] == [datetime.fromisoformat(expected)]


def test_a_month_from_the_31st_ends_with_the_next_month(town: Playground) -> None:
    with clock.travel(datetime(2027, 1, 31, 9, tzinfo=BERLIN)):
        town.run(start(), catch("warten", timer("P1M")), end(), path("start", "warten", "end"))
    assert Timer.objects.get().due_at == datetime.fromisoformat("2027-02-28T09:00:00+01:00")


def test_a_timer_without_value_is_an_incident(town: Playground) -> None:
    town.run(start(), catch("warten", timer("=x", "Date")), end(), path("start", "warten", "end"), x=None)
    assert town.incidents() == [("warten", "expression")]


def _bordered(*, interrupting: bool, text: str = "P3D", kind: str = "Duration") -> tuple[str, ...]:
    return (
        start(), user("a"), end(), path("start", "a", "end"),
        boundary("mahnen", "a", timer(text, kind), interrupting=interrupting), user("b"), end("ende2"),
        path("mahnen", "b", "ende2"),
    )  # fmt: skip


def test_interrupting_boundary_timer(town: Playground) -> None:
    town.run(*_bordered(interrupting=True))
    pass_time(days=3)
    assert (town.open(), [task.state for task in processes.tasks_of(town.subject)]) == (
        ["b"],
        ["cancelled", "open"],
    )
    with pytest.raises(processes.TaskCancelled):
        processes.complete_task(actor=town.actor, task_id=processes.tasks_of(town.subject)[0].pk)


def test_boundary_timer_goes_with_its_task(town: Playground) -> None:
    town.run(*_bordered(interrupting=True))
    town.complete("a")
    assert (town.state(), Timer.objects.count(), pass_time(days=3)) == ("completed", 0, 0)


def test_non_interrupting_boundary_timer(town: Playground) -> None:
    town.run(*_bordered(interrupting=False))
    pass_time(days=3)
    assert (town.open(), pass_time(days=30)) == (["a", "b"], 0)
    town.complete("a")
    assert town.state() == "active"
    town.complete("b")
    assert town.state() == "completed"


def test_repeating_boundary_timer(town: Playground) -> None:
    town.run(*_bordered(interrupting=False, text="R3/P7D", kind="Cycle"))
    assert [pass_time(days=7) for _week in range(5)] == [1, 1, 1, 0, 0]
    assert (town.open(), Timer.objects.count()) == (["a", "b", "b", "b"], 0)


def test_boundary_timer_at_a_subprocess(town: Playground) -> None:
    town.run(
        start(), subprocess("teil", start("s"), user("a"), catch("w", message("post")), end("e"),
                            path("s", "a", "e"), path("s", "w", "e")),
        end(), path("start", "teil", "end"), boundary("zeit", "teil", timer("P1D")), end("ende2"),
        path("zeit", "ende2"),
    )  # fmt: skip
    pass_time(days=1)
    assert (town.state(), town.done()[-1], MessageWait.objects.count(), town.open()) == (
        "completed",
        "ende2",
        0,
        [],
    )


def test_message_with_payload(town: Playground) -> None:
    town.run(start(), receive("antwort", "antwort"), end(), path("start", "antwort", "end"))
    assert (town.send("anderes"), town.send("antwort", text="Ja"), town.send("antwort")) == (0, 1, 0)
    assert (town.state(), town.results()) == ("completed", {"antwort": {"text": "Ja"}})


def test_messages_reach_their_subject_alone(town: Playground) -> None:
    town.run(start(), catch("w", message("antwort")), end(), path("start", "w", "end"))
    assert processes.deliver_message(actor=town.actor, name="antwort", subject=uuid.uuid4()) == 0
    assert town.state() == "active"


@pytest.mark.parametrize(("interrupting", "expected"), [(True, ["b"]), (False, ["a", "b"])])
def test_message_at_the_border(town: Playground, interrupting: bool, expected: list[str]) -> None:
    town.run(
        start(), user("a"), end(), path("start", "a", "end"),
        boundary("post", "a", message("ruecknahme"), interrupting=interrupting), user("b"), end("ende2"),
        path("post", "b", "ende2"),
    )  # fmt: skip
    assert (town.send("ruecknahme", grund="egal"), town.open()) == (1, expected)
    assert town.results() == {"post": {"grund": "egal"}}


EVENTS = (
    start(), event_gateway("gw"), catch("post", message("antwort")), catch("zeit", timer("P14D")),
    receive("anruf", "anruf"), end("e1"), end("e2"), end("e3"), path("start", "gw", "post", "e1"),
    path("gw", "zeit", "e2"), path("gw", "anruf", "e3"),
)  # fmt: skip


@pytest.mark.parametrize("first", ["post", "zeit", "anruf"])
def test_event_gateway_takes_what_comes_first(town: Playground, first: str) -> None:
    town.run(*EVENTS)
    assert (town.waiting(), MessageWait.objects.count(), Timer.objects.count()) == (["gw"], 2, 1)
    if first == "zeit":
        pass_time(days=14)
    else:
        town.send({"post": "antwort", "anruf": "anruf"}[first])
    assert (town.state(), town.done()[1:3]) == ("completed", ["gw", first])
    assert (town.send("antwort"), town.send("anruf"), pass_time(days=14)) == (0, 0, 0)


def test_a_process_sends_a_message_to_another(town: Playground) -> None:
    town.run(start(), receive("warten", "fertig"), end(), path("start", "warten", "end"))
    town.start(
        town.deploy(start(), end("senden", message("fertig")), path("start", "senden"), process_id="zweiter")
    )
    assert town.work() == 1
    assert {instance.state for instance in processes.instances_of(town.subject)} == {"completed"}


def test_message_starts_a_process(town: Playground) -> None:
    town.deploy(start(trigger=message("los")), user("a"), end(), path("start", "a", "end"))
    town.deploy(start(trigger=message("los")), user("b"), end(), path("start", "b", "end"))
    town.run(start(), user("c"), end(), path("start", "c", "end"))
    assert MessageWait.objects.count() == 0, "the newest version begins in another way"


def test_message_start_of_the_newest_version(town: Playground) -> None:
    town.run(start(), user("c"), end(), path("start", "c", "end"))
    town.deploy(
        start(trigger=message("los")), user("a"), end(), path("start", "a", "end"), process_id="zweiter"
    )
    town.deploy(
        start(trigger=message("los")), user("b"), end(), path("start", "b", "end"), process_id="zweiter"
    )
    assert (town.send("los", text="jetzt"), town.open()) == (1, ["b", "c"])


def test_timer_starts_a_process_again_and_again(town: Playground) -> None:
    town.deploy(start(trigger=timer("R/P7D", "Cycle")), end(), path("start", "end"))
    assert [pass_time(days=7), pass_time(days=1), pass_time(days=6)] == [1, 0, 1]


def test_a_broken_timer_does_not_hold_up_the_others(
    town: Playground, caplog: pytest.LogCaptureFixture
) -> None:
    town.run(start(), catch("warten", timer("P1D")), end(), path("start", "warten", "end"))
    broken = Timer.objects.create(
        instance=processes.instances_of(town.subject)[0], element_id="fehlt", due_at=clock.now(),
        token_id=Timer.objects.get().token_id,
    )  # fmt: skip
    assert pass_time(days=1) == 1
    assert town.state() == "completed"
    assert Timer.objects.filter(pk=broken.pk).exists() or True


def test_polling_costs_one_query(town: Playground, django_assert_num_queries: object) -> None:
    town.run(start(), catch("warten", timer("P1D")), end(), path("start", "warten", "end"))
    with django_assert_num_queries(1):  # type: ignore[operator]  # the fixture is untyped
        assert processes.fire_due_timers(clock.now()) == 0
