"""PostgreSQL crashes under load and returns: 503 meanwhile, nothing lost, nobody needs to start anything again."""

from __future__ import annotations

import random
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.faults.browser import Browser, Crowd
from tests.faults.checks import assert_nothing_lost_nothing_twice
from tests.faults.postgres import Postgres, postgres
from tests.faults.town import FaultTown, at_length, running, wait_for

pytestmark = [pytest.mark.faults, at_length]


@pytest.fixture
def server() -> Iterator[Postgres]:
    with postgres() as found:
        if found is None:
            pytest.skip("PostgreSQL is not installed")
        yield found


@pytest.mark.parametrize("jobs", ["database", "procrastinate"])
def test_the_database_crashes_under_load(
    server: Postgres, jobs: str, tmp_path: Path, chance: random.Random, is_long: bool
) -> None:
    number, crashes = (120, 5) if is_long else (12, 1)
    town = FaultTown(tmp_path, database=server.url, RATHAUS_JOBS=jobs)
    town.prepare()
    with running(town):
        town.start_web()
        workers = [town.start_worker(), town.start_worker()]
        for worker in workers:
            wait_for(worker.is_up, "workers")
        crowd = Crowd(town.port, town.known["data"], town.known["sessions"]["citizen"])
        applicants = crowd.start(range(number))
        for crash in range(crashes):
            wanted = (crash + 1) * number // (crashes + 2)
            wait_for(lambda least=wanted: len(crowd.receipts) >= least, f"{wanted} receipts")
            server.crash()
            _assert_says_so(town)
            time.sleep(chance.uniform(0.1, 2.0))
            server.start()
        for applicant in applicants:
            applicant.join()
        assert crowd.refused == []
        assert len(crowd.receipts) == number
        for worker in workers:
            worker.assert_alive()  # it has waited, and goes on by itself
        wait_for(lambda: _letters(town) == number, "the letters, by the same workers")
        stored = town.drain()
    assert_nothing_lost_nothing_twice(town, crowd, stored)


def _assert_says_so(town: FaultTown) -> None:
    """No fault of ours, but a wait; the process itself is healthy."""
    browser = Browser(town.port)
    answer = browser.post_form("/leistungen/wohnberatung/antrag/", {})
    assert (answer.status, "Retry-After" in answer.headers) == (503, True), answer.body[:2000]
    assert browser.get("/healthz").status == 200


def _letters(town: FaultTown) -> int:
    return sum(len(one["letters"]) for one in town.script("examine", "stored")["applications"])
