"""Keeping what the virus scan says, and asking again where it has said nothing yet."""

from __future__ import annotations

from datetime import timedelta

from django.db import transaction
from django.db.models import F

from rathaus.identity.public import SYSTEM
from rathaus.kernel.public import audit, blobs, clock, events

from ..enums import UploadStatus
from ..events import FileInfected
from ..models import FileScan, Upload
from ..scanning import ScanResult, scan

AT_ONCE = 200
FIRST_PAUSE = timedelta(seconds=20)
LONGEST_PAUSE = timedelta(minutes=15)
WAITING = (UploadStatus.PENDING, UploadStatus.UNSCANNED)


def note_scan(*, sha256: str, result: ScanResult) -> UploadStatus:
    """Keep the first verdict on a content that has just come in; returns the state that counts.

    A scanner that is away does not take back what it said of the same bytes before.
    """
    row, is_new = FileScan.objects.get_or_create(
        pk=sha256,
        defaults={"state": result.status, "note": result.note[:200], "next_at": clock.now() + FIRST_PAUSE},
    )
    if is_new or row.state == result.status:
        return result.status
    if result.status == UploadStatus.INFECTED or row.state in WAITING:
        settle_scan(sha256=sha256, result=result)
        return result.status
    return UploadStatus(row.state)


@transaction.atomic
def settle_scan(*, sha256: str, result: ScanResult) -> None:
    """Set the state of a content and of the uploads that hold it. Found to be infected, people are told of it."""
    row = FileScan.objects.select_for_update().get(pk=sha256)
    was_infected = row.state == UploadStatus.INFECTED
    row.state, row.note, row.changed_at = result.status, result.note[:200], clock.now()
    row.save(update_fields=["state", "note", "changed_at"])
    Upload.objects.filter(blob_id=sha256).update(status=result.status, scan_note=row.note)
    if result.status == UploadStatus.INFECTED and not was_infected:
        audit.append(
            actor=SYSTEM.audit_name,
            action="forms.file_quarantined",
            subject=f"kernel.blob:{sha256}",
            details={"signature": row.note},
        )
        events.emit(FileInfected(sha256=sha256))


def scan_waiting() -> int:
    """Ask the scanner about contents that wait for it, the longest waiting first; returns how many were settled.

    Where the scanner cannot be reached, all others wait as well; where it cannot cope with one file, only that one.
    """
    due = FileScan.objects.filter(state__in=WAITING, next_at__lte=clock.now()).order_by("next_at", "sha256")
    settled = 0
    for sha256 in list(due.values_list("pk", flat=True)[:AT_ONCE]):
        result = _scan_stored(sha256)
        if result.status in WAITING:
            _wait(sha256, result)
            if result.is_away:
                break
        else:
            settle_scan(sha256=sha256, result=result)
            settled += 1
    return settled


def _scan_stored(sha256: str) -> ScanResult:
    try:
        content = blobs.read(sha256)
    except blobs.BlobError as error:
        return ScanResult(UploadStatus.PENDING, str(error))
    return scan(sha256, content)


def _wait(sha256: str, result: ScanResult) -> None:
    attempts = FileScan.objects.filter(pk=sha256).values_list("attempts", flat=True)[0]
    pause = min(FIRST_PAUSE * 2 ** min(attempts, 10), LONGEST_PAUSE)
    FileScan.objects.filter(pk=sha256, state__in=WAITING).update(
        attempts=F("attempts") + 1, note=result.note[:200], next_at=clock.now() + pause
    )
