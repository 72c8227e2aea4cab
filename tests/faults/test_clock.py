"""The clock of the machine leaps by hours, forward and back, while the town works."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.faults.browser import Browser, Crowd
from tests.faults.checks import assert_nothing_lost_nothing_twice
from tests.faults.program import CLOCK
from tests.faults.town import FaultTown, at_length, wait_for

pytestmark = [pytest.mark.faults, at_length]


def test_a_leaping_clock(new_town: Any, tmp_path: Path) -> None:
    leap = tmp_path / "leap"
    leap.write_text("0")
    town: FaultTown = new_town()
    town.environment[CLOCK] = str(leap)
    town.start_web()
    town.start_worker()
    town.start_worker()
    crowd = Crowd(town.port, town.known["data"], "")
    unsealed = (
        "SELECT count(*) FROM kernel_auditentry WHERE id NOT IN (SELECT entry_id FROM kernel_auditseal)"
    )
    done = "SELECT count(*) FROM processes_usertask WHERE element_id = 'uebernahme'"
    for step, seconds in enumerate((5 * 3600, -3 * 3600, 0, -26 * 3600)):
        leap.write_text(str(seconds))
        for applicant in crowd.start(range(step * 4, step * 4 + 4)):
            applicant.join()
        assert len(crowd.receipts) == (step + 1) * 4
        # Letters, and behind them the next task, come now and not when the old hour returns; so does the seal.
        wait_for(
            lambda expected=(step + 1) * 4: town.rows(done) == [(expected,)], f"letters after {seconds} s"
        )
        wait_for(lambda: town.rows(unsealed) == [(0,)], f"the seal after {seconds} s")
        shown = Browser(town.port, town.known["sessions"]["citizen"]).get("/konto/")
        assert shown.status in (200, 302), (
            seconds,
            shown.status,
        )  # their session may be over, and that is all
    leap.write_text("0")
    stored = town.drain()
    assert_nothing_lost_nothing_twice(town, crowd, stored)
