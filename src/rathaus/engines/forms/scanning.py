"""The port for virus scanners."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from django.conf import settings

from rathaus.kernel.public import Registry

from .enums import UploadStatus

NO_SCANNER = "no scanner configured"
_WORST_LAST = (UploadStatus.CLEAN, UploadStatus.UNSCANNED, UploadStatus.PENDING, UploadStatus.INFECTED)


@dataclass(frozen=True, slots=True)
class ScanResult:
    """``note`` is what the scanner says, such as a signature's name; ``is_away``: it cannot be reached at all."""

    status: UploadStatus
    note: str = ""
    is_away: bool = False


class Scanner(Protocol):
    """Looks into a file. An adapter registers one."""

    def scan(self, name: str, data: bytes) -> ScanResult:
        """PENDING when the scanner cannot answer now; then the file is kept, but handed out to nobody."""
        ...


scanners: Registry[Scanner] = Registry("scanner")


def scan(name: str, data: bytes) -> ScanResult:
    """Return the worst result of all scanners."""
    if not len(scanners):
        return ScanResult(UploadStatus.UNSCANNED, NO_SCANNER)
    results = [scanner.scan(name, data) for scanner in scanners]
    return max(results, key=lambda result: _WORST_LAST.index(result.status))


def is_held(state: str | None) -> bool:
    """Whether a content in this state is handed out to nobody. ``None``: the town made it itself."""
    if state is None or state == UploadStatus.CLEAN:
        return False
    if state == UploadStatus.INFECTED:
        return True
    return bool(len(scanners)) or not settings.SERVE_UNSCANNED
