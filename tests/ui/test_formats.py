from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from django.utils import translation

from rathaus.kernel.public import clock
from rathaus.ui import formats

NOON = datetime(2026, 12, 4, 11, 0, tzinfo=UTC)


def test_money_and_dates_in_german() -> None:
    assert formats.euro(Decimal("1234.5")) == "1.234,50 €"
    assert formats.datum("2026-12-04") == "4. Dezember 2026"
    assert formats.zeitpunkt(NOON) == "4. Dezember 2026, 12:00 Uhr"


def test_nothing_stays_nothing() -> None:
    values = [
        function(None) for function in (formats.euro, formats.datum, formats.zeitpunkt, formats.relative_days)
    ]
    assert values == ["", "", "", ""]


def test_english_where_the_reader_reads_english() -> None:
    with translation.override("en"):
        assert formats.datum(date(2026, 12, 4)) == "4 December 2026"
        assert formats.localized({"de": "Hund", "en": "Dog"}) == "Dog"
        assert formats.localized({"de": "Hund"}) == "Hund"


@pytest.mark.parametrize(
    ("day", "words"),
    [
        (4, "heute"),
        (5, "morgen"),
        (3, "gestern"),
        (7, "in 3 Tagen"),
        (2, "vor 2 Tagen"),
    ],
)
def test_near_days_in_words(day: int, words: str) -> None:
    with clock.travel(NOON):
        assert formats.relative_days(date(2026, 12, day)) == words


def test_far_days_as_dates() -> None:
    with clock.travel(NOON):
        assert formats.relative_days(date(2027, 3, 1)) == "1. März 2027"
