"""Pages by key: nothing is counted, nothing is skipped, and an address that makes no sense shows the first page."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.http import QueryDict
from django.test import RequestFactory

from rathaus.engines.correspondence.models import PrintBatch
from rathaus.kernel.public import clock
from rathaus.ui.public import Page, page_of

pytestmark = pytest.mark.django_db


def _page(address: str = "", size: int = 3) -> Page:
    return page_of(
        RequestFactory().get(f"/{address}"), PrintBatch.objects.all(), moment="created_at", size=size
    )


def _batches(count: int) -> None:
    """Two of each moment, so that the key decides between them."""
    start = clock.now()
    for number in range(count):
        PrintBatch.objects.create(number=f"D-{number}", created_at=start - timedelta(minutes=number // 2))


def test_each_row_comes_once(django_assert_num_queries: object) -> None:
    _batches(8)
    address, pages = "", []
    while not pages or address:
        with django_assert_num_queries(1):  # type: ignore[operator]  # the fixture is untyped
            page = _page(address)
        pages.append([row.number for row in page.rows])
        address = page.older
    assert [len(page) for page in pages] == [3, 3, 2]
    shown = [number for page in pages for number in page]
    assert sorted(shown) == [f"D-{number}" for number in range(8)]
    assert [int(number[2:]) // 2 for number in shown] == [0, 0, 1, 1, 2, 2, 3, 3]


@pytest.mark.parametrize(
    "given", ["x", "2026-12-01T10:00:00~x", "~", "2026-12-01T10:00:00%2B01:00~1", "\x00"]
)
def test_an_address_that_makes_no_sense_shows_the_first(given: str) -> None:
    _batches(2)
    assert _page(f"?vor={given}").is_first


def test_the_rest_of_the_address_is_not_needed() -> None:
    _batches(4)
    older = QueryDict(_page().older.removeprefix("?"))
    assert set(older) == {"vor"}
    assert not _page(f"?{older.urlencode()}").is_first
