"""Exactly once: two at a time, twice in a row, killed in between."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import timedelta

import pytest

from rathaus.engines.processes import public as processes
from rathaus.engines.processes.models import Token
from rathaus.kernel.public import clock, jobs
from tests.factories.processes import (
    Playground,
    boundary,
    catch,
    end,
    event_gateway,
    message,
    parallel,
    path,
    playground,
    service,
    start,
    timer,
    user,
)

from .races import together

pytestmark = pytest.mark.django_db(transaction=True)


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


def test_parallel_tasks_completed_at_once_both_count(town: Playground) -> None:
    version = town.deploy(
        start(), parallel("teilt"), user("a"), user("b"), parallel("sammelt"), service("tun"), end(),
        path("start", "teilt", "a", "sammelt", "tun", "end"), path("teilt", "b", "sammelt"),
    )  # fmt: skip
    for _round in range(5):
        town.start(version)
        tasks = processes.open_tasks_of(town.subject)
        assert together(*(completing(town, task) for task in tasks)) == ["completed", "completed"]
        assert processes.open_tasks_of(town.subject) == []
    assert (len(town.effects.performed), town.done().count("sammelt")) == (5, 5)
    assert {instance.state for instance in processes.instances_of(town.subject)} == {"completed"}


def test_the_same_task_is_completed_once(town: Playground) -> None:
    town.run(start(), user("a"), service("tun"), end(), path("start", "a", "tun", "end"))
    (task,) = processes.open_tasks_of(town.subject)
    answers = together(*(completing(town, task) for _clerk in range(3)))
    assert sorted(type(answer).__name__ for answer in answers) == [
        "TaskAlreadyCompleted",
        "TaskAlreadyCompleted",
        "str",
    ]
    assert town.effects.performed == ["x"]


def test_timer_and_message_race(town: Playground) -> None:
    with clock.travel(clock.now()):
        town.run(
            start(), event_gateway("gw"), catch("post", message("antwort")), catch("zeit", timer("PT1S")), end("e1"),
            end("e2"), path("start", "gw", "post", "e1"), path("gw", "zeit", "e2"),
        )  # fmt: skip
        later = clock.advance(timedelta(minutes=1))
    answers = together(lambda: town.send("antwort"), lambda: processes.fire_due_timers(later))
    assert sorted(answers, key=str) == [0, 1]
    assert (town.state(), len([place for place in town.done() if place in ("e1", "e2")])) == ("completed", 1)


def test_workers_share_a_job_without_doubling_it(town: Playground) -> None:
    version = town.deploy(start(), service("tun", "test.job"), end(), path("start", "tun", "end"))
    for _number in range(6):
        town.start(version)
    together(*(jobs.run_pending for _worker in range(3)))
    jobs.run_pending()
    assert len(town.effects.performed) == 6
    assert {instance.state for instance in processes.instances_of(town.subject)} == {"completed"}


class Killed(BaseException):
    """Stands for kill -9: no handler of ours sees it."""


def _job_of(town: Playground) -> tuple[str, str]:
    token = Token.objects.get(instance__subject=town.subject)
    return str(token.pk), token.data["visit"]


@pytest.mark.parametrize("where", ["fail_prepare", "fail"])
def test_killed_before_the_end_the_job_runs_again_and_acts_once(town: Playground, where: str) -> None:
    from rathaus.engines.processes.tasks import perform_action

    town.run(start(), service("tun", "test.job"), end(), path("start", "tun", "end"))
    job = _job_of(town)
    setattr(town.effects, where, Killed())
    with pytest.raises(Killed):
        perform_action.func(*job)
    assert (town.state(), town.effects.performed, town.waiting()) == ("active", [], ["tun"])
    setattr(town.effects, where, None)
    perform_action.func(*job)
    perform_action.func(*job)
    assert (town.state(), town.effects.performed) == ("completed", ["x"])


def test_a_late_job_does_nothing_after_the_border_has_fired(town: Playground) -> None:
    with clock.travel(clock.now()):
        town.run(
            start(), service("tun", "test.job"), end(), path("start", "tun", "end"),
            boundary("zeit", "tun", timer("PT1H")), end("e2"), path("zeit", "e2"),
        )  # fmt: skip
        processes.fire_due_timers(clock.advance(timedelta(hours=1)))
    town.work()
    assert (town.state(), town.done()[-1], town.effects.performed) == ("completed", "e2", [])


def test_a_failing_effect_leaves_nothing_behind(town: Playground) -> None:
    """What `perform` wrote before it failed is gone with the failure."""
    from rathaus.identity.public import OrganizationalUnit
    from tests.factories import identity

    def perform(context: processes.ActionContext, inputs: object, prepared: object) -> None:
        identity.unit("halb-fertig")
        raise processes.BusinessError("X", "doch nicht")

    action = processes.Action(name="test.half", title="Halb", inputs=processes.NoInputs, perform=perform)
    with processes.actions.temporarily(action), town.environment.actions.temporarily(action):
        town.run(start(), service("tun", "test.half"), end(), path("start", "tun", "end"))
        town.work()
    assert town.incidents() == [("tun", "business")]
    assert not OrganizationalUnit.objects.filter(code="halb-fertig").exists()
