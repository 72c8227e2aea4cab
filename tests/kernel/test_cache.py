"""The shared cache: what is counted in it is counted once, whoever counts."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
from allauth.core.internal import ratelimit
from django.core.cache import cache, caches
from django.db import connection
from django.test import RequestFactory

from rathaus.kernel.cache import purge_expired
from rathaus.kernel.models import CacheEntry
from rathaus.kernel.public import clock

pytestmark = pytest.mark.django_db
RATES = {"try": "5/5m/key"}


def test_what_is_set_is_found_until_its_time_is_over() -> None:
    cache.set("a", {"b": [1, "zwei", None]}, 60)
    assert cache.get("a") == {"b": [1, "zwei", None]}
    cache.set("a", 2, 60)
    assert cache.get("a") == 2
    CacheEntry.objects.update(expires_at=clock.wall() - timedelta(seconds=1))
    assert cache.get("a", "nothing") == "nothing"
    assert purge_expired() == 1


def test_only_json_is_kept() -> None:
    with pytest.raises(TypeError):
        cache.set("a", object())


def test_add_succeeds_once_until_the_entry_is_gone_or_over() -> None:
    assert [cache.add("lock", True, 10), cache.add("lock", True, 10)] == [True, False]
    cache.delete("lock")
    assert cache.add("lock", True, 10)
    CacheEntry.objects.update(expires_at=clock.wall() - timedelta(seconds=1))
    assert [cache.add("lock", True, 10), cache.add("lock", True, 10)] == [True, False]


def test_a_clock_that_was_set_back_locks_nobody_out() -> None:
    cache.add("lock", True, 10)
    later = clock.wall() + timedelta(hours=3)
    CacheEntry.objects.update(set_at=later, expires_at=later + timedelta(minutes=5))
    assert cache.get("lock") is None
    assert cache.add("lock", True, 10)


def test_keys_are_no_readable_personal_data() -> None:
    cache.set("limit:erika@example.org:192.0.2.7", 1)
    (key,) = CacheEntry.objects.values_list("key", flat=True)
    assert len(key) == 64
    assert "erika" not in key


def test_a_page_cache_that_cannot_write_breaks_no_page(monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*args: object, **options: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("django.core.cache.backends.filebased.tempfile.mkstemp", full)
    assert caches["pages"].get_or_set("a", lambda: 7) == 7


def _in_a_thread(action: Any) -> Any:
    try:
        return action()
    finally:
        connection.close()


def _at_once(action: Any, times: int) -> list[Any]:
    with ThreadPoolExecutor(max_workers=8) as threads:
        return list(threads.map(lambda _: _in_a_thread(action), range(times)))


@pytest.mark.django_db(transaction=True)
def test_of_many_who_add_at_once_one_succeeds() -> None:
    assert sum(_at_once(lambda: cache.add("lock", True, 60), 40)) == 1


@pytest.mark.django_db(transaction=True)
def test_many_who_count_at_once_lose_nothing() -> None:
    cache.set("count", 0, 60)
    counted = _at_once(lambda: cache.incr("count"), 40)
    assert sorted(counted) == list(range(1, 41))


@pytest.mark.django_db(transaction=True)
def test_many_who_guess_at_once_get_no_more_attempts_than_one(monkeypatch: pytest.MonkeyPatch) -> None:
    # Slow machines: whoever waits for the lock must wait until it is there, else it is refused for that.
    monkeypatch.setattr(ratelimit, "CACHE_LOCK_WAIT_TIMEOUT", 60)
    request = RequestFactory().post("/")
    outcomes = _at_once(
        lambda: ratelimit.consume(request, app="test", action="try", config=RATES, key="erika"), 24
    )
    assert sum(outcome is not None for outcome in outcomes) == 5
