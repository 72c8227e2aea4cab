from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from rathaus.kernel.public import timelimits

# § 188 BGB without the next working day, so that the bare rule shows
BARE = [
    (date(2026, 1, 31), {"months": 1}, date(2026, 2, 28)),  # (3): the month's last day
    (date(2028, 1, 31), {"months": 1}, date(2028, 2, 29)),
    (date(2026, 3, 31), {"months": 1}, date(2026, 4, 30)),
    (date(2026, 2, 28), {"months": 1}, date(2026, 3, 28)),  # the day of the same number, not the last
    (date(2026, 11, 15), {"months": 3}, date(2027, 2, 15)),
    (date(2028, 2, 29), {"years": 1}, date(2029, 2, 28)),
    (date(2026, 12, 1), {"weeks": 2}, date(2026, 12, 15)),  # the day of the same name
    (date(2026, 12, 1), {"days": 10}, date(2026, 12, 11)),
    (date(2026, 12, 1), {"days": 0}, date(2026, 12, 1)),
]
# § 187 (2): the start day counts
FROM_THE_DAY_ON = [
    (date(2026, 3, 1), {"months": 1}, date(2026, 3, 31)),
    (date(2026, 1, 1), {"years": 1}, date(2026, 12, 31)),
    (date(2026, 1, 31), {"months": 1}, date(2026, 2, 28)),
    (date(2026, 1, 29), {"months": 1}, date(2026, 2, 28)),
    (date(2026, 12, 1), {"weeks": 1}, date(2026, 12, 7)),
    (date(2026, 12, 1), {"days": 1}, date(2026, 12, 1)),
]


@pytest.mark.parametrize(("start", "length", "end"), BARE)
def test_periods_after_an_event(start: date, length: dict[str, Any], end: date) -> None:
    assert timelimits.end_of_period(start, **length, extend=False) == end


@pytest.mark.parametrize(("start", "length", "end"), FROM_THE_DAY_ON)
def test_periods_that_begin_with_their_first_day(start: date, length: dict[str, Any], end: date) -> None:
    assert timelimits.end_of_period(start, **length, event_day=False, extend=False) == end


def test_a_period_that_ends_on_a_holiday_ends_on_the_next_working_day() -> None:
    # 25 and 26 December 2026 are a Friday and a Saturday
    assert timelimits.end_of_period(date(2026, 11, 25), months=1) == date(2026, 12, 28)


def test_the_month_for_an_objection_against_a_notice_of_a_friday() -> None:
    notified = timelimits.notified_on(date(2026, 11, 27))
    assert notified == date(2026, 12, 1)
    assert timelimits.end_of_period(notified, months=1) == date(2027, 1, 4)  # 1 January, then a weekend


@pytest.mark.parametrize("length", [{}, {"days": 1, "weeks": 1}, {"months": -1}])
def test_a_period_needs_exactly_one_length(length: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="exactly one"):
        timelimits.end_of_period(date(2026, 1, 1), **length)


@pytest.mark.parametrize(
    ("day", "n", "expected"),
    [
        (date(2026, 12, 23), 1, date(2026, 12, 24)),
        (date(2026, 12, 24), 1, date(2026, 12, 28)),
        (date(2026, 12, 28), -1, date(2026, 12, 24)),
        (date(2026, 12, 5), 10, date(2026, 12, 18)),
        (date(2026, 12, 5), 0, date(2026, 12, 5)),
    ],
)
def test_working_days_leave_out_weekends_and_holidays(day: date, n: int, expected: date) -> None:
    assert timelimits.add_working_days(day, n) == expected


def test_corpus_christi_is_a_holiday_in_hesse_and_not_in_berlin(settings: Any) -> None:
    corpus_christi = date(2026, 6, 4)
    settings.RATHAUS_STATE = "HE"
    assert timelimits.holidays_of(2026)[corpus_christi] == "Fronleichnam"
    assert not timelimits.is_working_day(corpus_christi)
    settings.RATHAUS_STATE = "BE"
    assert timelimits.is_working_day(corpus_christi)


@pytest.mark.parametrize(
    ("posted", "tax", "expected"),
    [
        (date(2024, 12, 31), False, date(2025, 1, 3)),  # three days until the end of 2024
        (date(2025, 1, 2), False, date(2025, 1, 6)),  # four since
        (date(2026, 12, 1), False, date(2026, 12, 5)),  # a Saturday stays under the VwVfG
        (date(2026, 12, 1), True, date(2026, 12, 7)),  # and moves under the AO
    ],
)
def test_the_delivery_fiction(posted: date, tax: bool, expected: date) -> None:
    assert timelimits.notified_on(posted, tax=tax) == expected
    assert timelimits.notified_on(posted, electronic=True, tax=tax) == expected
