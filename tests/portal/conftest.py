from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from rathaus.kernel.public import clock
from tests.factories import identity, portal
from tests.factories.identity import Cast

NOW = datetime(2026, 12, 1, 10, 0, tzinfo=ZoneInfo("Europe/Berlin"))


@pytest.fixture(autouse=True)
def _noon() -> Iterator[None]:
    with clock.travel(NOW):
        yield


@pytest.fixture
def cast(db: None) -> Cast:
    return identity.cast()


@pytest.fixture
def dogs(cast: Cast) -> str:
    """The service "register a dog", installed; its address."""
    portal.install_service("hund-anmelden")
    return "hund-anmelden"


@pytest.fixture
def advice(cast: Cast) -> str:
    """A service that needs no account."""
    portal.install_service("wohnberatung")
    return "wohnberatung"


@pytest.fixture
def citizen(cast: Cast) -> Client:
    return identity.sign_in(Client(), cast.citizen)


@pytest.fixture
def other(cast: Cast) -> Client:
    return identity.sign_in(Client(), cast.other_citizen)


@pytest.fixture
def staff(cast: Cast) -> Client:
    return identity.sign_in(Client(), cast.case_worker)


@pytest.fixture
def at_most_queries() -> Callable[[int], Any]:
    """Fail with the statements when a block asks the database more often."""

    @contextmanager
    def check(limit: int) -> Iterator[None]:
        with CaptureQueriesContext(
            connection,
        ) as captured:
            yield
        statements = "\n".join(query["sql"][:200] for query in captured.captured_queries)
        assert len(captured) <= limit, f"{len(captured)} queries instead of {limit}:\n{statements}"

    return check
