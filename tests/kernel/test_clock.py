from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from rathaus.kernel.public import clock

BERLIN = ZoneInfo("Europe/Berlin")


def test_the_clock_stands_still_while_travelling_and_goes_on_afterwards() -> None:
    with clock.travel(datetime(2026, 12, 1, 10, tzinfo=BERLIN)):
        assert clock.now().isoformat() == "2026-12-01T10:00:00+01:00"
        assert clock.now() == clock.now()
        assert clock.today() == date(2026, 12, 1)
    assert abs(clock.now() - clock.wall()) < timedelta(seconds=1)


def test_a_journey_within_a_journey_ends_where_the_outer_one_stood() -> None:
    with clock.travel(datetime(2026, 12, 1, 10, tzinfo=BERLIN)):
        with clock.travel(datetime(2030, 1, 1, tzinfo=BERLIN)):
            assert clock.today() == date(2030, 1, 1)
        assert clock.today() == date(2026, 12, 1)


def test_the_day_is_the_towns_and_not_that_of_greenwich() -> None:
    with clock.travel(datetime(2026, 6, 30, 22, 30, tzinfo=UTC)):
        assert clock.today() == date(2026, 7, 1)


def test_advancing_keeps_the_hour_across_the_change_to_summer_time() -> None:
    with clock.travel(datetime(2027, 3, 27, 9, tzinfo=BERLIN)):
        clock.advance(timedelta(days=2))
        assert clock.now().isoformat() == "2027-03-29T09:00:00+02:00"


def test_the_wall_clock_does_not_travel() -> None:
    with clock.travel(datetime(2040, 1, 1, tzinfo=BERLIN)):
        assert clock.wall().year < 2040


def test_nobody_advances_the_real_clock() -> None:
    with pytest.raises(RuntimeError):
        clock.advance(timedelta(days=1))


def test_a_moment_without_a_zone_is_local_time() -> None:
    with clock.travel(datetime.fromisoformat("2026-07-01T10:00:00")):
        assert clock.now().isoformat() == "2026-07-01T10:00:00+02:00"
