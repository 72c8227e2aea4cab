from __future__ import annotations

import secrets
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest
from django.core.cache import cache
from django.test import Client

from rathaus.engines.processes import public as processes
from rathaus.engines.records import public as records
from rathaus.identity.public import SYSTEM, UserAccount, actor_for, assign_post, forget_town
from rathaus.intake import public as intake
from rathaus.kernel.public import clock, jobs
from tests.factories import blueprints, identity
from tests.factories.identity import Cast

NOW = datetime(2026, 12, 1, 10, 0, tzinfo=ZoneInfo("Europe/Berlin"))


@pytest.fixture(autouse=True)
def _noon() -> Iterator[None]:
    with clock.travel(NOW):
        yield


def settle() -> None:
    """Let the jobs run until nothing more happens."""
    while jobs.run_pending():
        pass


@dataclass(frozen=True)
class Desk:
    """The cast, the service "register a dog" of the Steueramt, and cases of it."""

    cast: Cast
    treasurer: UserAccount

    def open_case(self, account: UserAccount | None = None, example: str = "erster-hund") -> UUID:
        """An application of the citizen (or of ``account``), received and settled."""
        person = account or self.cast.citizen
        actor = actor_for(person)
        receipt = intake.receive(
            intake.Envelope(
                service="hund-anmelden",
                data=blueprints.example_data("hund-anmelden", example, actor),
                channel=intake.Channel.ONLINE,
                token=secrets.token_urlsafe(24),
                actor=actor,
                account=person,
            )
        )
        settle()
        return receipt.case_id

    def client(self, name: str) -> Client:
        return identity.sign_in(Client(), getattr(self.cast, name))

    def task(self, case_id: UUID) -> processes.UserTask:
        (task,) = processes.open_tasks_of(case_id)
        return task

    def case(self, case_id: UUID) -> records.Case:
        return records.case_by_id(case_id)


@pytest.fixture
def desk(db: None) -> Desk:
    return build_desk()


def build_desk() -> Desk:
    cast = identity.cast()
    world = blueprints.install("hund-anmelden")
    return Desk(cast, world.staff["kasse"])


@pytest.fixture
def case_id(desk: Desk) -> UUID:
    return desk.open_case()


@pytest.fixture
def as_(desk: Desk) -> Callable[[str], Client]:
    return desk.client


__all__ = ["SYSTEM", "Desk", "assign_post", "build_desk", "settle"]


def read_afresh(client: Client, url: str) -> None:
    """Fill what is kept in memory for some seconds, just now: so nothing of it ends while queries are counted."""
    forget_town()
    cache.clear()
    assert client.get(url).status_code == 200
