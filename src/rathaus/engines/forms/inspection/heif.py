"""HEIC pictures of telephones (ISO/IEC 14496-12 and 23008-12): place, time and device are blanked where they lie.

There is no decoder for them here, so the picture itself stays as it is. A file whose boxes are not understood to the
last byte is refused: what is not understood could hold anything.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from .verdicts import Reason, Refusal

BRANDS = frozenset({b"heic", b"heix", b"heim", b"heis", b"mif1", b"msf1"})
_KEPT = frozenset({b"ftyp", b"meta", b"mdat"})
_BLANKED = frozenset({b"free", b"skip", b"uuid"})
_TELLTALE = frozenset({b"Exif", b"mime", b"uri "})
MAX_ITEMS = 10_000


@dataclass(frozen=True, slots=True)
class Box:
    kind: bytes
    start: int
    end: int


def without_metadata(data: bytes) -> bytes:
    """The same picture, with every Exif and XMP item overwritten by zeros. Raises Refusal."""
    if data[4:8] != b"ftyp" or data[8:12] not in BRANDS:
        raise Refusal(Reason.WRONG_TYPE)
    out = bytearray(data)
    meta = None
    try:
        for box in _boxes(data, 0, len(data)):
            if box.kind in _BLANKED:
                out[box.start : box.end] = bytes(box.end - box.start)
            elif box.kind not in _KEPT:
                raise Refusal(Reason.FOREIGN, repr(box.kind))
            elif box.kind == b"meta":
                meta = box
        if meta is None:
            raise Refusal(Reason.BROKEN, "no meta box")
        for start, end in _telltale_extents(data, meta):
            out[start:end] = bytes(end - start)
    except IndexError:
        raise Refusal(Reason.BROKEN, "short box") from None
    return bytes(out)


def _boxes(data: bytes, start: int, end: int) -> Iterator[Box]:
    """The boxes side by side between two places; they must fill the room exactly."""
    while start < end:
        size, header = _number(data, start, 4), 8
        if size == 1:
            size, header = _number(data, start + 8, 8), 16
        elif size == 0:
            size = end - start
        if size < header or start + size > end:
            raise Refusal(Reason.BROKEN, "size of a box")
        yield Box(data[start + 4 : start + 8], start + header, start + size)
        start += size


def _number(data: bytes, start: int, size: int) -> int:
    if start + size > len(data):
        raise IndexError(start)
    return int.from_bytes(data[start : start + size], "big")


def _telltale_extents(data: bytes, meta: Box) -> list[tuple[int, int]]:
    inner = {box.kind: box for box in _boxes(data, meta.start + 4, meta.end)}
    names, places = inner.get(b"iinf"), inner.get(b"iloc")
    if names is None or places is None:
        raise Refusal(Reason.BROKEN, "no items")
    telltale = set(_telltale_items(data, names))
    found = []
    for item, method, start, length in _extents(data, places):
        if item not in telltale:
            continue
        idat = inner.get(b"idat")
        base = 0 if method == 0 else idat.start if method == 1 and idat else -1
        end = base + start + length if length else -1
        if base < 0 or not 0 <= base + start <= end <= len(data):
            raise Refusal(Reason.BROKEN, "place of an item")
        found.append((base + start, end))
    return found


def _telltale_items(data: bytes, names: Box) -> Iterator[int]:
    width = 2 if data[names.start] == 0 else 4
    for box in _boxes(data, names.start + 4 + width, names.end):
        version = data[box.start]
        if box.kind != b"infe" or version not in (2, 3):
            raise Refusal(Reason.BROKEN, "item entry")
        id_width = 2 if version == 2 else 4
        kind_at = box.start + 4 + id_width + 2
        if data[kind_at : kind_at + 4] in _TELLTALE:
            yield _number(data, box.start + 4, id_width)


def _extents(data: bytes, places: Box) -> Iterator[tuple[int, int, int, int]]:
    """(item, method, offset, length) of each piece of each item."""
    version, at = data[places.start], places.start + 4
    sizes = _number(data, at, 2)
    offset_size, length_size, base_size = sizes >> 12, sizes >> 8 & 15, sizes >> 4 & 15
    index_size = sizes & 15 if version else 0
    id_width = 4 if version == 2 else 2
    count, at = _number(data, at + 2, id_width), at + 2 + id_width
    if version > 2 or count > MAX_ITEMS or {offset_size, length_size, base_size, index_size} - {0, 4, 8}:
        raise Refusal(Reason.BROKEN, "places of items")
    for _ in range(count):
        item, at = _number(data, at, id_width), at + id_width
        method = _number(data, at, 2) & 15 if version else 0
        at += 2 if version else 0
        base, pieces, at = (
            _number(data, at + 2, base_size),
            _number(data, at + 2 + base_size, 2),
            at + 4 + base_size,
        )
        for _ in range(pieces):
            at += index_size
            offset = _number(data, at, offset_size)
            length = _number(data, at + offset_size, length_size)
            at += offset_size + length_size
            yield item, method, base + offset, length
