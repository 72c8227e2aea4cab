from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack

import pytest

from rathaus.engines.processes import public as processes
from tests.append_only import lift_while_emptying
from tests.factories.processes import Playground, playground

lift_while_emptying()


@pytest.fixture
def town(db: None) -> Iterator[Playground]:
    """A playground whose test actions are registered for the length of the test."""
    ground = playground()
    with ExitStack() as stack:
        stack.enter_context(processes.subject_data.temporarily(None))
        stack.enter_context(processes.process_starter.temporarily(None))
        for action in ground.environment.actions:
            stack.enter_context(processes.actions.temporarily(action))
        yield ground
