"""Throwing contents away that nothing refers to: at once after an erasure, else when they have grown old.

The row is locked while the file goes. Whoever hands in the same content meanwhile waits for the row, finds it gone, and
writes both anew.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta

from django.db import IntegrityError, transaction
from django.db.models import Exists, ForeignObjectRel, OuterRef, Q, QuerySet

from .. import clock
from ..models import BackupRun, Blob
from .places import check_name, place

# What was handed in is referred to within seconds; a form that is being filled in has its draft for that.
GRACE = timedelta(days=2)
# A backup that takes longer was killed.
LONGEST_BACKUP = timedelta(days=1)
CHUNK = 500
LONG_AGO = datetime(1970, 1, 1, tzinfo=UTC)


def discard(hashes: Iterable[str]) -> int:
    """Delete those of the contents that no row of any table refers to; returns how many.

    Call it after the transaction that removed the references.
    """
    return sum(_remove(sha256, None) for sha256 in sorted(set(hashes)))


def sweep(*, before: datetime | None = None, dry_run: bool = False) -> tuple[int, int]:
    """Delete what nothing refers to and nobody handed in since a moment; returns how many and how many bytes.

    Rests while a backup is under way. ``dry_run``: only counts.
    """
    limit = before or clock.wall() - GRACE
    count = size = 0
    for sha256, length in _candidates(limit):
        if dry_run or (not is_backup_running() and _remove(sha256, limit)):
            count, size = count + 1, size + length
    if not dry_run:
        place().sweep(limit)
    return count, size


def is_backup_running() -> bool:
    begun = BackupRun.objects.filter(finished_at=None, started_at__gt=clock.wall() - LONGEST_BACKUP)
    return begun.exists()


def _candidates(limit: datetime) -> Iterator[tuple[str, int]]:
    """Rows without references, then files without rows."""
    last = ""
    unused = Blob.objects.filter(touched_at__lt=limit).exclude(_referenced()).order_by("pk")
    while chunk := list(unused.filter(pk__gt=last).values_list("pk", "size")[:CHUNK]):
        yield from chunk
        last = chunk[-1][0]
    for found in place().found():
        if found.written_at < limit and not Blob.objects.filter(pk=found.sha256).exists():
            yield found.sha256, found.size


def _remove(sha256: str, limit: datetime | None) -> bool:
    """Delete row and file under the row's lock, unless it is referred to or was handed in after the limit."""
    try:
        with transaction.atomic():
            # A file without a row gets one, so that there is something to lock.
            Blob.objects.bulk_create(
                [Blob(sha256=check_name(sha256), size=0, media_type="", touched_at=LONG_AGO)],
                ignore_conflicts=True,
            )
            rows: QuerySet[Blob] = Blob.objects.select_for_update().filter(pk=sha256)
            row = (rows if limit is None else rows.filter(touched_at__lt=limit)).first()
            if row is None or is_referenced(sha256):
                return False
            row.delete()
            place().delete(sha256)
    except IntegrityError:
        return False  # somebody referred to it at the last moment
    return True


def is_referenced(sha256: str) -> bool:
    """Whether any table has a foreign key to this content."""
    return Blob.objects.filter(_referenced(), pk=sha256).exists()


def _referenced() -> Q:
    """Every table that points to a blob, found by the models themselves, so that a new one is never forgotten."""
    found = Q(pk__in=[])
    for relation in Blob._meta.get_fields(include_hidden=True):
        if isinstance(relation, ForeignObjectRel) and not relation.many_to_many:
            rows = relation.related_model._base_manager.filter(
                **{f"{relation.field.name}_id": OuterRef("pk")}
            )
            found |= Q(Exists(rows))
    return found
