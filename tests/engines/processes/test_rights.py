"""Who sees and completes which task."""

from __future__ import annotations

import pytest
from django.core.exceptions import PermissionDenied

from rathaus.engines.processes import public as processes
from rathaus.identity.public import SYSTEM, access_set_for_unit
from tests.factories import identity
from tests.factories.identity import Cast
from tests.factories.processes import Playground, end, path, start, user

PEOPLE = (
    "citizen", "case_worker", "colleague", "stranger", "stand_in", "head", "administrator", "designer",
)  # fmt: skip


@pytest.fixture
def cast(town: Playground) -> Cast:
    people = identity.cast()
    town.unit = people.steueramt
    return people


def _may(cast: Cast, task: processes.UserTask) -> list[str]:
    """Who may: asked of the list, and by trying to claim."""
    seen = [name for name in PEOPLE if processes.task_for(cast.actor(name), task.pk) is not None]
    able = []
    for name in PEOPLE:
        try:
            processes.claim_task(actor=cast.actor(name), task_id=task.pk)
        except PermissionDenied:
            continue
        processes.assign_task(actor=SYSTEM, task_id=task.pk, assignee=None)
        able.append(name)
    assert seen == able
    return able


@pytest.mark.parametrize(
    ("role", "allowed"),
    [("sachbearbeitung", ["case_worker", "colleague", "stand_in", "head"]), ("leitung", ["head"])],
)
def test_who_may_complete_a_task(town: Playground, cast: Cast, role: str, allowed: list[str]) -> None:
    town.run(start(), user("tun", role=role), end(), path("start", "tun", "end"))
    (task,) = processes.open_tasks_of(town.subject)
    assert _may(cast, task) == allowed


def test_strangers_are_refused(town: Playground, cast: Cast) -> None:
    town.run(start(), user("tun"), end(), path("start", "tun", "end"))
    (task,) = processes.open_tasks_of(town.subject)
    with pytest.raises(PermissionDenied):
        processes.complete_task(actor=cast.actor("stranger"), task_id=task.pk)
    assert town.open() == ["tun"]
    processes.complete_task(actor=cast.actor("stand_in"), task_id=task.pk)
    assert town.results()["tun"]["bearbeitet_von"] == "Vera Vertretung"


def test_claiming_and_releasing(town: Playground, cast: Cast) -> None:
    town.run(start(), user("tun"), end(), path("start", "tun", "end"))
    (task,) = processes.open_tasks_of(town.subject)
    processes.claim_task(actor=cast.actor("case_worker"), task_id=task.pk)
    with pytest.raises(processes.TaskAssignedToOther):
        processes.claim_task(actor=cast.actor("colleague"), task_id=task.pk)
    processes.release_task(actor=cast.actor("head"), task_id=task.pk)
    assert processes.claim_task(actor=cast.actor("colleague"), task_id=task.pk).assignee == cast.colleague


def test_tasks_follow_the_case(town: Playground, cast: Cast) -> None:
    town.run(start(), user("a"), user("b"), end(), path("start", "a", "b", "end"))
    moved = processes.move_tasks(
        actor=SYSTEM, subject=town.subject, unit=cast.ordnungsamt.pk,
        access_set=access_set_for_unit(cast.ordnungsamt), from_unit=cast.steueramt.pk,
    )  # fmt: skip
    (task,) = processes.open_tasks_of(town.subject)
    assert (moved, _may(cast, task)) == (1, ["stranger"])
    processes.complete_task(actor=cast.actor("stranger"), task_id=task.pk)
    assert processes.open_tasks_of(town.subject)[0].unit == cast.ordnungsamt


def test_only_designers_and_administrators_deploy(town: Playground, cast: Cast) -> None:
    from tests.factories.processes import bpmn, environment

    xml = bpmn(start(), end(), path("start", "end"))
    for name in PEOPLE:
        if name in ("administrator", "designer"):
            processes.deploy_process(actor=cast.actor(name), key="probe", xml=xml, environment=environment())
        else:
            with pytest.raises(PermissionDenied):
                processes.deploy_process(
                    actor=cast.actor(name), key="probe", xml=xml, environment=environment()
                )


def test_listing_costs_the_same_for_one_and_three_tasks(
    town: Playground, cast: Cast, django_assert_num_queries: object
) -> None:
    version = town.deploy(start(), user("tun"), end(), path("start", "tun", "end"))
    actor = cast.actor("case_worker")
    for expected in (1, 2, 3):
        town.start(version)
        with django_assert_num_queries(1):  # type: ignore[operator]  # the fixture is untyped
            assert len(processes.open_tasks(actor)) == expected


def test_completing_costs_few_queries(town: Playground, django_assert_max_num_queries: object) -> None:
    version = town.deploy(start(), user("tun"), end(), path("start", "tun", "end"))
    town.start(version)
    with django_assert_max_num_queries(9):  # type: ignore[operator]  # the fixture is untyped
        town.start(version)
    (task, _other) = processes.open_tasks_of(town.subject)
    with django_assert_max_num_queries(12):  # type: ignore[operator]  # the fixture is untyped
        processes.complete_task(actor=town.actor, task_id=task.pk)
