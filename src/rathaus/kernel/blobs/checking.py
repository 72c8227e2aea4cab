"""Does every row have its content, whole? And the exchange of the master key, content by content."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from .. import keys
from ..findings import Finding
from ..models import Blob
from .envelope import mark_of, rewrap
from .errors import BlobBroken, BlobError, BlobMissing
from .places import place
from .store import opened, read_sealed

CHUNK = 1_000
Progress = Callable[[int, int], None]


def verify(progress: Progress | None = None) -> Iterator[Finding]:
    """Read every content; yields what is missing, damaged, or has another length than its row says."""
    total = Blob.objects.count() if progress else 0
    for count, (sha256, size) in enumerate(rows(), 1):
        try:
            data, _raw = opened(sha256)
            if len(data) != size:
                yield Finding(
                    sha256, "blob.size", f"Die Ablagedatei {sha256} hat eine andere Länge als verzeichnet."
                )
        except BlobError as error:
            yield Finding(sha256, rule_of(error), str(error))
        if progress:
            progress(count, total)


def rule_of(error: BlobError) -> str:
    kinds = {BlobMissing: "blob.missing", BlobBroken: "blob.broken"}
    return kinds.get(type(error), "blob.away")


def rows() -> Iterator[tuple[str, int]]:
    """SHA-256 and size of all rows, in order, in parts."""
    last = ""
    while chunk := list(Blob.objects.filter(pk__gt=last).order_by("pk").values_list("pk", "size")[:CHUNK]):
        yield from chunk
        last = chunk[-1][0]


def rewrap_all(progress: Progress | None = None) -> Iterator[Finding | None]:
    """Wrap each data key by the present master key; yields None for each content written anew, else a finding.

    What is done is passed over, so it may be broken off and begun again.
    """
    present = keys.fingerprint(keys.master_key())
    total = Blob.objects.count() if progress else 0
    for count, item in enumerate(place().found(), 1):
        try:
            raw = read_sealed(item.sha256)
            if mark_of(raw) != present:
                place().write(item.sha256, rewrap(item.sha256, raw))
                yield None
        except BlobMissing:
            continue  # thrown away meanwhile
        except BlobError as error:
            yield Finding(item.sha256, rule_of(error), str(error))
        if progress:
            progress(count, max(total, count))
