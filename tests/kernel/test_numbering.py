from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection, transaction

from rathaus.kernel.public import numbering

PATTERN = "{year}-{unit}-{n:05d}"


@pytest.mark.django_db
def test_each_prefix_counts_for_itself() -> None:
    drawn = [numbering.draw("case", PATTERN, year=2026, unit=unit) for unit in ("BUE", "BUE", "STA")]
    assert drawn == ["2026-BUE-00001", "2026-BUE-00002", "2026-STA-00001"]
    assert numbering.draw("case", PATTERN, year=2027, unit="BUE") == "2027-BUE-00001"
    assert numbering.draw("payment", PATTERN, year=2026, unit="BUE") == "2026-BUE-00001"


@pytest.mark.django_db
def test_patterns_of_one_prefix_share_a_counter_whatever_the_width() -> None:
    assert numbering.draw("case", "{year}/{n:04d}", year=2026) == "2026/0001"
    assert numbering.draw("case", "{year}/{n}", year=2026) == "2026/2"


@pytest.mark.django_db
def test_a_number_of_a_failed_transaction_is_drawn_again() -> None:
    numbering.draw("case", PATTERN, year=2026, unit="BUE")
    with pytest.raises(RuntimeError), transaction.atomic():
        numbering.draw("case", PATTERN, year=2026, unit="BUE")
        raise RuntimeError
    assert numbering.draw("case", PATTERN, year=2026, unit="BUE") == "2026-BUE-00002"


@pytest.mark.django_db(transaction=True)
def test_drawing_outside_a_transaction_is_refused() -> None:
    with pytest.raises(transaction.TransactionManagementError):
        numbering.draw("case", PATTERN, year=2026, unit="BUE")


@pytest.mark.parametrize(
    "pattern",
    ["", "{year}", "{n}{n}", "{n", "{year.real}-{n}", "{0}-{n}", "{}-{n}", "{year!r}-{n}", "{year:{n}}-{n}"],
)
def test_unusable_patterns_are_refused(pattern: str) -> None:
    with pytest.raises(numbering.InvalidPattern):
        numbering.check_pattern(pattern, year=2026)


def test_a_pattern_with_an_unknown_placeholder_is_refused() -> None:
    with pytest.raises(numbering.InvalidPattern, match="month"):
        numbering.check_pattern("{month}-{n}", year=2026)
    assert numbering.check_pattern("{{{year}}}-{n:03d}", year=2026) == "{2026}-001"


def _draw_and_sometimes_fail(index: int) -> str | None:
    try:
        with transaction.atomic():
            number = numbering.draw("case", "{n}")
            if index % 5 == 0:
                raise ZeroDivisionError
            return number
    except ZeroDivisionError:
        return None
    finally:
        connection.close()


@pytest.mark.django_db(transaction=True)
def test_many_at_once_get_each_number_once_and_leave_no_gap() -> None:
    with ThreadPoolExecutor(max_workers=8) as threads:
        drawn = [number for number in threads.map(_draw_and_sometimes_fail, range(80)) if number]
    assert sorted(map(int, drawn)) == list(range(1, 65))
