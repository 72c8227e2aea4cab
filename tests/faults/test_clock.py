"""The clock of the machine leaps by hours, forward and back, while the town works."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.faults.browser import Browser, Crowd
from tests.faults.checks import assert_nothing_lost_nothing_twice
from tests.faults.program import CLOCK
from tests.faults.town import FaultTown, wait_for

pytestmark = pytest.mark.faults


def test_a_leaping_clock(new_town: Any, tmp_path: Path) -> None:
    leap = tmp_path / "leap"
    leap.write_text("0")
    # Whoever is signed in stays so: ended sessions are what such leaps bring, and not what is looked at here.
    town: FaultTown = new_town(RATHAUS_SESSION_IDLE_MINUTES="100000", RATHAUS_SESSION_HOURS="2000")
    town.environment[CLOCK] = str(leap)
    town.start_web()
    town.start_worker()
    town.start_worker()
    crowd = Crowd(town.port, town.known["data"], town.known["sessions"]["citizen"])
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
        assert shown.status == 200, (seconds, shown.status)
    leap.write_text("0")
    stored = town.drain()
    assert_nothing_lost_nothing_twice(town, crowd, stored)
