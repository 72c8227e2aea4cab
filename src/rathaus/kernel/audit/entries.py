from __future__ import annotations

import json
from collections.abc import Mapping

from django.db import connection
from django.db.models import QuerySet

from .. import clock
from ..models import AuditEntry
from . import stamps

_COLUMNS = "at, actor, action, subject, details, stamp"
_APPEND = f"INSERT INTO {AuditEntry._meta.db_table} ({_COLUMNS}) VALUES (%s, %s, %s, %s, %s, %s)"  # noqa: S608 -- own names
_NOTHING: Mapping[str, object] = {}


def append(*, actor: str, action: str, subject: str = "", details: Mapping[str, object] = _NOTHING) -> None:
    """Write one entry into the current transaction: one statement, stamped, not chained yet.

    ``actor`` is an audit name, ``subject`` such as ``records.case:UUID``. The moment is the wall clock's,
    even while a play travels in time. Keep personal data out of ``details``: entries cannot be erased.
    """
    text = json.dumps(details, default=str, ensure_ascii=False, sort_keys=True) if details else "{}"
    moment = clock.wall()
    stamp = stamps.new_stamp(stamps.moment_of(moment), actor, action, subject, text)
    at = connection.ops.adapt_datetimefield_value(moment)
    with connection.cursor() as cursor:
        cursor.execute(_APPEND, [at, actor, action, subject, text, stamp])


def entries_for(subject: str) -> QuerySet[AuditEntry]:
    """The entries about one thing, oldest first."""
    return AuditEntry.objects.filter(subject=subject).order_by("id")
