"""A cache in the town's database whose ``add`` and ``incr`` are atomic: what limits are counted in.

Django's file cache looks first and writes then, so that two processes may both hold the lock under which
attempts are counted, and each machine counts for itself. Here one statement decides, on any number of machines.
"""

from __future__ import annotations

import hashlib
import json
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Any

from django.core.cache.backends.base import DEFAULT_TIMEOUT, BaseCache
from django.core.cache.backends.filebased import FileBasedCache
from django.db import connection

from . import clock
from .models import CacheEntry

SKEW = timedelta(minutes=1)
LONGEST = timedelta(days=365)

_TABLE = CacheEntry._meta.db_table
_UPSERT = (
    f"INSERT INTO {_TABLE} (key, value, set_at, expires_at) VALUES (%s, %s, %s, %s) "  # noqa: S608 -- own table name
    "ON CONFLICT (key) DO UPDATE SET value = excluded.value, set_at = excluded.set_at, "
    "expires_at = excluded.expires_at"
)
_ADD = f"{_UPSERT} WHERE {_TABLE}.expires_at <= %s OR {_TABLE}.set_at > %s RETURNING key"
_COUNT = (
    f"UPDATE {_TABLE} SET value = CAST(CAST(value AS bigint) + %s AS text) "  # noqa: S608 -- own table name
    "WHERE key = %s AND expires_at > %s AND set_at <= %s RETURNING value"
)


class SharedCache(BaseCache):
    """``CACHES["default"]``. Values are JSON; a value that is not raises TypeError.

    An entry from the future counts for nothing: a clock that was set back locks nobody out for hours. Within a
    transaction that is rolled back, so is what was written here.
    """

    def __init__(self, location: str, params: dict[str, Any]) -> None:
        super().__init__(params)

    def get(self, key: str, default: Any = None, version: int | None = None) -> Any:
        moment = clock.wall()
        found = CacheEntry.objects.filter(
            pk=self._hash(key, version), expires_at__gt=moment, set_at__lte=moment + SKEW
        )
        text = found.values_list("value", flat=True).first()
        return default if text is None else json.loads(text)

    def set(self, key: str, value: Any, timeout: Any = DEFAULT_TIMEOUT, version: int | None = None) -> None:
        self._write(_UPSERT, self._row(key, value, timeout, version, clock.wall()))

    def add(self, key: str, value: Any, timeout: Any = DEFAULT_TIMEOUT, version: int | None = None) -> bool:
        moment = clock.wall()
        row = self._row(key, value, timeout, version, moment)
        return bool(self._write(_ADD, [*row, _adapt(moment), _adapt(moment + SKEW)]))

    def incr(self, key: str, delta: int = 1, version: int | None = None) -> int:
        """Count on. Raises ValueError where there is nothing to count on."""
        moment = clock.wall()
        counted = self._write(
            _COUNT, [delta, self._hash(key, version), _adapt(moment), _adapt(moment + SKEW)]
        )
        if not counted:
            raise ValueError(f"Key '{key}' not found")
        return int(counted[0][0])

    def touch(self, key: str, timeout: Any = DEFAULT_TIMEOUT, version: int | None = None) -> bool:
        moment = clock.wall()
        found = CacheEntry.objects.filter(pk=self._hash(key, version), expires_at__gt=moment)
        return bool(found.update(expires_at=self._end(timeout, moment)))

    def delete(self, key: str, version: int | None = None) -> bool:
        return bool(CacheEntry.objects.filter(pk=self._hash(key, version)).delete()[0])

    def clear(self) -> None:
        CacheEntry.objects.all().delete()

    def _hash(self, key: str, version: int | None) -> str:
        return hashlib.sha256(self.make_key(key, version).encode()).hexdigest()

    def _row(self, key: str, value: Any, timeout: Any, version: int | None, moment: datetime) -> list[object]:
        text = json.dumps(value, ensure_ascii=False)
        return [self._hash(key, version), text, _adapt(moment), _adapt(self._end(timeout, moment))]

    def _end(self, timeout: Any, moment: datetime) -> datetime:
        seconds = self.default_timeout if timeout is DEFAULT_TIMEOUT else timeout
        return moment + (LONGEST if seconds is None else min(timedelta(seconds=seconds), LONGEST))

    def _write(self, statement: str, values: list[Any]) -> list[tuple[Any, ...]]:
        with connection.cursor() as cursor:
            cursor.execute(statement, values)
            return cursor.fetchall() if cursor.description else []


class ForgivingFileCache(FileBasedCache):
    """``CACHES["pages"]``: only saves work, so a disk that is full breaks no page."""

    def set(self, key: str, value: Any, timeout: Any = DEFAULT_TIMEOUT, version: int | None = None) -> None:
        with suppress(OSError):
            super().set(key, value, timeout, version)


def purge_expired() -> int:
    """Remove what is no longer valid."""
    return CacheEntry.objects.filter(expires_at__lte=clock.wall()).delete()[0]


def _adapt(moment: datetime) -> Any:
    return connection.ops.adapt_datetimefield_value(moment)
