"""The port for virus scanners. Without one, files count as clean and carry a note that says so."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from rathaus.kernel.public import Registry

from .enums import UploadStatus

NO_SCANNER = "no scanner configured"


@dataclass(frozen=True, slots=True)
class ScanResult:
    status: UploadStatus
    note: str = ""


class Scanner(Protocol):
    """Looks into a file before it is stored. An adapter registers one."""

    def scan(self, name: str, data: bytes) -> ScanResult:
        """PENDING when the scanner cannot answer now; then the file is kept but not used."""
        ...


scanners: Registry[Scanner] = Registry("scanner")


def scan(name: str, data: bytes) -> ScanResult:
    """Return the worst result of all scanners."""
    if not len(scanners):
        return ScanResult(UploadStatus.CLEAN, NO_SCANNER)
    order = list(UploadStatus)
    return max(
        (scanner.scan(name, data) for scanner in scanners), key=lambda result: order.index(result.status)
    )
