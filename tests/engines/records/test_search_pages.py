"""Pages of hits: the same cases by whichever way, each once, and never one that is out of reach."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest
from django.db import connection

from rathaus.engines.records import public as records
from rathaus.engines.records import search
from rathaus.engines.records.models import CaseSearchEntry
from rathaus.identity.public import SYSTEM, Actor, actor_for
from tests.factories import identity
from tests.factories import records as factory

pytestmark = pytest.mark.django_db
WAYS = [
    pytest.param(1_000, 12, id="among the newest"),
    pytest.param(2, 12, id="by the index"),
    pytest.param(1_000, 0, id="among the newest, many access sets"),
    pytest.param(2, 0, id="by the index, many access sets"),
]


def pages(actor: Actor, words: str, count: int) -> list[records.Case]:
    """All the pages one after the other."""
    found, before = [], None
    for _page in range(20):
        hits = records.found_cases(actor, words, before=before, count=count)
        found += hits.cases
        before = hits.older
        if before is None:
            return found
    raise AssertionError("the pages have no end")


@pytest.mark.parametrize(("look_back", "few"), WAYS)
@pytest.mark.parametrize("count", [1, 3, 50])
def test_pages_hold_every_hit_once_the_newest_first(
    monkeypatch: pytest.MonkeyPatch, look_back: int, few: int, count: int
) -> None:
    monkeypatch.setattr(search, "LOOK_BACK", look_back)
    monkeypatch.setattr(search, "FEW_SETS", few)
    first, second, foreign = (identity.unit() for _number in range(3))
    clerk = actor_for(identity.employee(first))
    cases = []
    for number in range(4):
        cases.append(factory.case(unit=first, title=f"Hund Bello {number}"))
        factory.case(unit=foreign, title="Hund Bello")
        factory.case(unit=first, title="Katze", applicant_name="Anna Hundt")
        shared = factory.case(unit=second, title="Hund Bello")
        cases.append(records.involve_unit(actor=SYSTEM, case=shared, unit=first))
    assert pages(clerk, "hund bello", count) == cases[::-1]
    assert pages(clerk, "katze bello", count) == []
    assert len(pages(SYSTEM, "bello", count)) == 12


@pytest.mark.parametrize(("look_back", "few"), WAYS)
@pytest.mark.parametrize(
    ("words", "is_found"),
    [("bello", True), ("bel", True), ("be", False), ("20.3-2026", True), ("ello", False), ("_bello", True)],
)
def test_the_ways_agree_on_what_a_word_is(
    monkeypatch: pytest.MonkeyPatch, look_back: int, few: int, words: str, is_found: bool
) -> None:
    monkeypatch.setattr(search, "LOOK_BACK", 0 if look_back == 2 else look_back)
    monkeypatch.setattr(search, "FEW_SETS", few)
    unit = identity.unit()
    case = factory.case(unit=unit, entry=factory.plan_entry("20.3"), title="Hund Bello")
    actor = actor_for(identity.employee(unit))
    assert pages(actor, words, 5) == ([case] if is_found else [])


def test_nobody_finds_what_is_out_of_reach_nor_their_own_matter() -> None:
    unit = identity.unit()
    employee = identity.employee(unit)
    factory.case(unit=unit, applicant=employee)
    factory.case()
    assert pages(actor_for(employee), "bello", 5) == []
    assert pages(actor_for(identity.account()), "bello", 5) == []


def test_a_word_of_another_access_set_is_no_way_in() -> None:
    """What is typed cannot be made to look like a word behind an access set."""
    case = factory.case(unit=identity.unit())
    actor = actor_for(identity.employee(identity.unit()))
    for typed in (f"{case.access_set_id}_bello", f"{case.access_set_id}", "1 OR bello", '"bello"'):
        assert pages(actor, typed, 5) == []


@pytest.mark.parametrize("number", [1, 30])
def test_a_page_of_hits_costs_four_queries(django_assert_num_queries: Any, number: int) -> None:
    unit = identity.unit()
    for _ in range(number):
        factory.case(unit=unit)
    actor = actor_for(identity.employee(unit))
    with django_assert_num_queries(4):
        assert len(records.found_cases(actor, "bello", count=50).cases) == number


def test_entries_from_before_are_rewritten_for_the_new_index() -> None:
    """What the migration does to entries that bear their access set as a word."""
    unit = identity.unit()
    case = factory.case(unit=unit, title="Hund Bello")
    entry = CaseSearchEntry.objects.get(case=case)
    wanted = entry.text
    plain = " ".join(word for word in wanted.split(" ") if "_" not in word)
    entry.text, entry.access_set = f"x0access{case.access_set_id}x {plain}", None
    entry.save()
    with connection.cursor() as cursor:
        search.rewrite_entries(None, SimpleNamespace(connection=connection, execute=cursor.execute))
    entry.refresh_from_db()
    assert (entry.text, entry.access_set_id) == (wanted, case.access_set_id)
    assert pages(actor_for(identity.employee(unit)), "hund bello", 5) == [case]
