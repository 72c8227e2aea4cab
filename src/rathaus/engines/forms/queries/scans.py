"""What the virus scan says of contents, and reading them for people."""

from __future__ import annotations

from collections.abc import Iterable

from django.conf import settings

from rathaus.kernel.public import blobs, clock

from ..enums import UploadStatus
from ..models import FileScan
from ..scanning import is_held, scanners


class FileHeld(Exception):
    """The file is not handed out: not scanned yet, or infected (``is_infected``)."""

    def __init__(self, state: str) -> None:
        super().__init__(state)
        self.is_infected = state == UploadStatus.INFECTED


def read_file(blob: blobs.Blob) -> bytes:
    """A content to hand out to people. Ask for the right before. Raises FileHeld, and what ``blobs.read`` raises."""
    state = FileScan.objects.filter(pk=blob.pk).values_list("state", flat=True).first()
    if state is not None and is_held(state):
        raise FileHeld(state)
    return blobs.read(blob)


def is_content_held(sha256: str) -> bool:
    """Whether a content is held, for whoever packs files into something. One query."""
    state = FileScan.objects.filter(pk=sha256).values_list("state", flat=True).first()
    return is_held(state)


def held_files(digests: Iterable[str]) -> dict[str, str]:
    """Those of the contents (by SHA-256) that are held, with their state, for lists. One query.

    None where there are no files, and none without a scanner: then files are handed out at once.
    """
    wanted = list(digests)
    if not wanted or (not len(scanners) and settings.SERVE_UNSCANNED):
        return {}
    rows = FileScan.objects.filter(pk__in=wanted).exclude(state=UploadStatus.CLEAN)
    return {digest: state for digest, state in rows.values_list("pk", "state") if is_held(state)}


def waiting_for_scan() -> int:
    """How many contents nobody can open because the scanner has not looked at them yet."""
    if not len(scanners) and settings.SERVE_UNSCANNED:
        return 0
    return FileScan.objects.filter(state__in=(UploadStatus.PENDING, UploadStatus.UNSCANNED)).count()


def has_due_scans() -> bool:
    """Whether there is anything to ask a scanner now."""
    waiting = (UploadStatus.PENDING, UploadStatus.UNSCANNED)
    return (
        bool(len(scanners)) and FileScan.objects.filter(state__in=waiting, next_at__lte=clock.now()).exists()
    )
