"""Nobody works on their own application (§ 20 VwVfG), whichever way they try."""

from __future__ import annotations

from uuid import UUID

import pytest

from rathaus.casework.services.assignment import assign_tasks
from rathaus.casework.services.tasks import complete_task
from rathaus.engines.processes import public as processes
from tests.casework.conftest import Desk


@pytest.fixture
def own(desk: Desk) -> UUID:
    """An application of the colleague, whose unit handles it."""
    return desk.open_case(desk.cast.colleague)


def test_a_task_of_ones_own_is_not_completed(desk: Desk, own: UUID) -> None:
    with pytest.raises(processes.TaskNotFound):
        complete_task(actor=desk.cast.actor("colleague"), task_id=desk.task(own).pk, outcome="festsetzen")

    assert desk.task(own).element_id == "pruefung"


def test_a_task_of_ones_own_is_not_assigned(desk: Desk, own: UUID) -> None:
    task = desk.task(own)

    assert (
        assign_tasks(actor=desk.cast.actor("colleague"), task_ids=[task.pk], assignee=desk.cast.case_worker)
        == []
    )

    assert desk.task(own).assignee_id is None
