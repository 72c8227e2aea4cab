"""Several things happen to one case at the same moment: whoever comes first counts, once, and nothing is left over."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import datetime, timedelta

import pytest

from rathaus.engines.processes import public as processes
from rathaus.engines.processes.models import MessageWait, Timer, Token
from rathaus.kernel.public import clock
from tests.factories.processes import (
    Playground,
    boundary,
    catch,
    end,
    flow,
    inclusive,
    message,
    multi,
    parallel,
    path,
    playground,
    service,
    start,
    subprocess,
    timer,
    user,
)

from .races import together

pytestmark = pytest.mark.django_db(transaction=True)
ROUNDS = 4


@pytest.fixture
def town(transactional_db: None) -> Iterator[Playground]:
    ground = playground()
    with ExitStack() as stack:
        stack.enter_context(processes.subject_data.temporarily(None))
        for action in ground.environment.actions:
            stack.enter_context(processes.actions.temporarily(action))
        yield ground


def completing(town: Playground, task: processes.UserTask) -> Callable[[], object]:
    return lambda: processes.complete_task(actor=town.actor, task_id=task.pk).state.value


def only_task(instance: processes.ProcessInstance) -> processes.UserTask:
    (task,) = instance.tasks.filter(state="open")
    return task


def done_in(instance: processes.ProcessInstance) -> list[str]:
    kinds = ["completed", "timer", "message", "decided", "error", "resolved"]
    return list(instance.history.filter(kind__in=kinds).order_by("pk").values_list("element_id", flat=True))


def assert_nothing_waits(instance: processes.ProcessInstance) -> None:
    for model in (Token, Timer, MessageWait):
        assert not model.objects.filter(instance=instance).exists(), model
    assert not instance.tasks.filter(state="open").exists()


def test_five_clerks_complete_five_parallel_tasks(town: Playground) -> None:
    names = [f"t{index}" for index in range(5)]
    version = town.deploy(
        start(), inclusive("auf"), *(user(name) for name in names), inclusive("zu"), service("tun"), end(),
        path("start", "auf"), *(flow("auf", name, "x > 0") + path(name, "zu") for name in names),
        path("zu", "tun", "end"),
    )  # fmt: skip
    for _round in range(ROUNDS):
        instance = town.start(version, x=1)
        tasks = list(instance.tasks.all())
        assert together(*(completing(town, task) for task in tasks)) == ["completed"] * 5
        instance.refresh_from_db()
        assert (instance.state, done_in(instance).count("zu"), done_in(instance).count("tun")) == (
            "completed",
            1,
            1,
        )
        assert_nothing_waits(instance)
    assert len(town.effects.performed) == ROUNDS


def test_several_clerks_share_the_runs_of_one_task(town: Playground) -> None:
    instance = town.run(start(), user("a", inner=multi(count="6")), service("tun"), end(),
                        path("start", "a", "tun", "end"))  # fmt: skip
    tasks = list(instance.tasks.all())
    assert together(*(completing(town, task) for task in tasks)) == ["completed"] * 6
    instance.refresh_from_db()
    assert (instance.state, len(instance.variables["a"]), town.effects.performed) == ("completed", 6, ["x"])


def test_who_comes_second_reads_who_was_first(town: Playground) -> None:
    instance = town.run(start(), user("a"), end(), path("start", "a", "end"))
    task = only_task(instance)
    answers = together(completing(town, task), completing(town, task))
    (refused,) = [answer for answer in answers if answer != "completed"]
    assert isinstance(refused, processes.TaskAlreadyCompleted)
    assert "System" in str(refused)


@pytest.mark.parametrize("interrupting", [True, False])
def test_a_task_is_completed_while_its_timer_fires(town: Playground, interrupting: bool) -> None:
    version = town.deploy(
        start(), user("a"), end("e1"), path("start", "a", "e1"),
        boundary("rand", "a", timer("PT1H"), interrupting=interrupting), service("tun"), end("e2"),
        path("rand", "tun", "e2"),
    )  # fmt: skip
    later = clock.now() + timedelta(hours=2)
    for _round in range(ROUNDS):
        instance = town.start(version)
        completed, fired = together(completing(town, only_task(instance)), firing(later))
        instance.refresh_from_db()
        if fired and interrupting:
            assert isinstance(completed, processes.TaskCancelled)
            assert done_in(instance) == ["start", "rand", "tun", "e2"]
        elif fired:
            assert completed == "completed"
            assert sorted(done_in(instance)) == ["a", "e1", "e2", "rand", "start", "tun"]
        else:
            assert (completed, done_in(instance)) == ("completed", ["start", "a", "e1"])
        assert instance.state == "completed"
        assert_nothing_waits(instance)


def firing(moment: datetime) -> Callable[[], object]:
    return lambda: processes.fire_due_timers(moment)


def test_a_task_is_completed_while_the_case_is_withdrawn(town: Playground) -> None:
    version = town.deploy(
        start(), subprocess("teil", start("s"), user("a"), user("b"), end("e"), path("s", "a", "b", "e")), end(),
        path("start", "teil", "end"),
    )  # fmt: skip
    for _round in range(ROUNDS):
        instance = town.start(version)
        completed, cancelled = together(
            completing(town, only_task(instance)),
            lambda: processes.cancel_instances(
                actor=town.actor, subject=town.subject, reason="zurückgenommen"
            ),
        )
        instance.refresh_from_db()
        assert (cancelled, instance.state) == (1, "cancelled")
        assert completed == "completed" or isinstance(completed, processes.TaskCancelled)
        assert done_in(instance) == (["start", "s", "a"] if completed == "completed" else ["start", "s"])
        assert_nothing_waits(instance)


def test_a_task_is_completed_while_a_message_arrives(town: Playground) -> None:
    version = town.deploy(
        start(), user("a"), end("e1"), path("start", "a", "e1"),
        boundary("rand", "a", message("antwort")), user("b"), end("e2"), path("rand", "b", "e2"),
    )  # fmt: skip
    for _round in range(ROUNDS):
        instance = town.start(version)
        completed, taken = together(completing(town, only_task(instance)), lambda: town.send("antwort"))
        instance.refresh_from_db()
        if taken:
            assert isinstance(completed, processes.TaskCancelled)
            assert done_in(instance) == ["start", "rand"]
            assert only_task(instance).element_id == "b"
            town.complete("b")
        else:
            assert (completed, done_in(instance)) == ("completed", ["start", "a", "e1"])
        instance.refresh_from_db()
        assert instance.state == "completed"
        assert_nothing_waits(instance)


def test_the_same_message_twice_is_taken_once(town: Playground) -> None:
    version = town.deploy(
        start(), catch("post", message("antwort")), service("tun"), end(), path("start", "post", "tun", "end")
    )
    for _round in range(ROUNDS):
        instance = town.start(version)
        assert sorted(together(*[lambda: town.send("antwort")] * 3), key=str) == [0, 0, 1]
        assert done_in(instance).count("tun") == 1
    assert len(town.effects.performed) == ROUNDS


def test_workers_that_look_for_timers_at_once_fire_each_once(town: Playground) -> None:
    version = town.deploy(
        start(), catch("frist", timer("PT1H")), service("tun"), end(), path("start", "frist", "tun", "end")
    )
    instances = [town.start(version) for _number in range(8)]
    later = clock.now() + timedelta(hours=2)
    fired = together(*[firing(later)] * 3)
    assert sum(count for count in fired if isinstance(count, int)) == 8, fired
    assert len(town.effects.performed) == 8
    for instance in instances:
        assert done_in(instance) == ["start", "frist", "tun", "end"]
        assert_nothing_waits(instance)


def test_two_ways_to_the_join_at_once_by_timer_and_by_clerk(town: Playground) -> None:
    version = town.deploy(
        start(), parallel("auf"), user("a"), catch("frist", timer("PT1H")), parallel("zu"), service("tun"), end(),
        path("start", "auf", "a", "zu", "tun", "end"), path("auf", "frist", "zu"),
    )  # fmt: skip
    later = clock.now() + timedelta(hours=2)
    for _round in range(ROUNDS):
        instance = town.start(version)
        assert together(completing(town, only_task(instance)), firing(later)) == ["completed", 1]
        assert (done_in(instance).count("zu"), done_in(instance).count("tun")) == (1, 1)
        assert_nothing_waits(instance)
