"""Who gets what: every address of the site × role × own and others' objects × method, as `rights.yaml` lists it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.db import transaction

from rathaus.kernel.public import clock
from tests.architecture.rights import METHODS, NEVER, REFUSED, Row, Visitors, addresses_of_the_site, table
from tests.factories import town_hall

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 12, 1, 10, 0, tzinfo=ZoneInfo("Europe/Berlin"))
ROWS = list(table().values())


@pytest.fixture(scope="module")
def visitors(django_db_setup: None, django_db_blocker: Any) -> Iterator[Visitors]:
    """One town for all addresses; each request takes back what it did."""
    with django_db_blocker.unblock(), transaction.atomic(), clock.travel(NOW):
        yield Visitors(town_hall.build())
        transaction.set_rollback(True)


@pytest.fixture(autouse=True)
def _morning() -> Iterator[None]:
    with clock.travel(NOW):
        yield


def test_every_address_has_a_row_and_every_row_an_address() -> None:
    assert sorted({row.address for row in ROWS}) == sorted(addresses_of_the_site())


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.name)
def test_everybody_gets_what_the_table_says(visitors: Visitors, row: Row) -> None:
    asked = [(method, role) for method in METHODS for role in row.outcomes[method]]
    got = {f"{method} {role}": visitors.ask(role, row, method) for method, role in asked}
    listed = {f"{method} {role}": row.outcomes[method][role] for method, role in asked}
    assert _differing(got, listed) == _differing(listed, got)


def _differing(some: dict[str, str], others: dict[str, str]) -> dict[str, str]:
    return {key: outcome for key, outcome in some.items() if outcome != others[key]}


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.name)
def test_other_methods_do_nothing(visitors: Visitors, row: Row) -> None:
    """Asked by somebody who may use GET or POST."""
    role = next((role for role in reversed(row.outcomes["GET"]) if _gets_in(row, role)), "clerk")
    got = {visitors.ask(role, row, method) for method in NEVER}
    listed = {row.outcomes[method][role] for method in METHODS} | {"go"} if row.has_own_ways else {"405"}
    assert got - listed <= {"405"}


def _gets_in(row: Row, role: str) -> bool:
    return any(row.outcomes[method][role] not in REFUSED for method in METHODS)


ACCEPTING = [row for row in ROWS if set(row.outcomes["POST"].values()) - REFUSED]


@pytest.mark.parametrize("row", ACCEPTING, ids=lambda row: row.name)
def test_other_sites_cannot_send_anything(visitors: Visitors, row: Row) -> None:
    """Nothing is accepted without the token that only our own pages have."""
    role = next(role for role in reversed(row.outcomes["POST"]) if row.outcomes["POST"][role] not in REFUSED)
    assert visitors.ask(role, row, "POST", has_token=False) == "403"


MIXED = [
    row for row in ROWS if "case_id" in row.parameters and row.parameters - {"case_id", "name", "inquiry_id"}
]


@pytest.mark.parametrize("role", ["other", "stranger"])
@pytest.mark.parametrize("row", MIXED, ids=lambda row: row.name)
def test_things_of_another_case_are_not_reached_through_ones_own(
    visitors: Visitors, row: Row, role: str
) -> None:
    got = {visitors.ask(role, row, method, case_id=visitors.town.elsewhere) for method in METHODS}
    assert got <= {"403", "404", "405", "go"}
