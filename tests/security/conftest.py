"""One town with one of everything, shared by the attacks of a file; each request takes back what it did."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.db import transaction

from rathaus.kernel.public import clock
from tests.architecture.rights import Visitors
from tests.factories import town_hall

NOW = datetime(2026, 12, 1, 10, 0, tzinfo=ZoneInfo("Europe/Berlin"))


@pytest.fixture(scope="module")
def visitors(django_db_setup: None, django_db_blocker: Any) -> Iterator[Visitors]:
    with django_db_blocker.unblock(), transaction.atomic(), clock.travel(NOW):
        yield Visitors(town_hall.build())
        transaction.set_rollback(True)


@pytest.fixture
def morning() -> Iterator[None]:
    with clock.travel(NOW):
        yield
