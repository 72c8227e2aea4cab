"""Files as an attacker builds them."""

from __future__ import annotations

import struct
import zipfile
import zlib
from collections.abc import Callable
from functools import cache
from io import BytesIO
from typing import Any

import pikepdf
from pikepdf import Array, Dictionary, Name
from PIL import Image

from tests.factories.forms import pdf

CONTENT_TYPES = (
    b'<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Override'
    b' PartName="/word/document.xml" ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml'
    b'.document.main+xml"/></Types>'
)


def changed_pdf(change: Callable[[pikepdf.Pdf], object], **options: Any) -> bytes:
    """A PDF of one page after ``change``."""
    buffer = BytesIO()
    with pikepdf.open(BytesIO(pdf())) as document:
        change(document)
        document.save(buffer, **options)
    return buffer.getvalue()


def pdf_with_action(**action: Any) -> bytes:
    return changed_pdf(lambda document: document.Root.__setitem__("/OpenAction", Dictionary(**action)))


def pdf_with_link(address: str) -> bytes:
    link = Dictionary(
        Type=Name.Annot, Subtype=Name.Link, Rect=[0, 0, 9, 9], A=Dictionary(S=Name.URI, URI=address)
    )
    return changed_pdf(lambda document: document.pages[0].obj.__setitem__("/Annots", Array([link])))


def pdf_with_file(name: str, content: bytes) -> bytes:
    return changed_pdf(lambda document: document.attachments.__setitem__(name, content))


def archive(entries: dict[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    buffer = BytesIO()
    with zipfile.ZipFile(buffer, "w", method) as opened:
        for name, data in entries.items():
            opened.writestr(name, data)
    return buffer.getvalue()


def docx(
    extra: dict[str, bytes] | None = None,
    document: bytes = b"<w:document/>",
    method: int = zipfile.ZIP_DEFLATED,
    mode: int = 0,
) -> bytes:
    """A text of Word; ``mode`` is the file mode of the ``extra`` entries."""
    buffer = BytesIO()
    with zipfile.ZipFile(buffer, "w", method) as opened:
        opened.writestr("[Content_Types].xml", CONTENT_TYPES)
        opened.writestr("word/document.xml", document)
        for name, data in (extra or {}).items():
            entry = zipfile.ZipInfo(name)
            entry.create_system, entry.external_attr, entry.compress_type = 3, mode << 16, method
            opened.writestr(entry, data)
    return buffer.getvalue()


def relations(kind: str, target: str, mode: str = "External") -> dict[str, bytes]:
    text = (
        f'<Relationships><Relationship Id="r1" Type="http://schemas.openxmlformats.org/officeDocument/2006/'
        f'relationships/{kind}" Target="{target}" TargetMode="{mode}"/></Relationships>'
    )
    return {"word/_rels/document.xml.rels": text.encode()}


@cache
def bomb() -> bytes:
    """A docx of some 300 kB with 300 MB in it."""
    return docx({"word/media/a.xml": bytes(300_000_000)})


def lying_docx() -> bytes:
    """The entry declares 10 bytes and holds 30 million."""
    data = bytearray(docx({"word/lie.xml": bytes(30_000_000)}))
    real = struct.pack("<I", 30_000_000)
    while (at := data.find(real)) >= 0:
        data[at : at + 4] = struct.pack("<I", 10)
    return bytes(data)


def png_of(width: int, height: int) -> bytes:
    """A PNG that says so many pixels and packs them as zeros; at most some kB of file."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack("!I", len(data)) + kind + data + struct.pack("!I", zlib.crc32(kind + data))

    head = struct.pack("!IIBBBBB", width, height, 1, 0, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", head)
        + chunk(b"IDAT", zlib.compress(bytes(1000)))
        + chunk(b"IEND", b"")
    )


def photo(format: str = "JPEG") -> bytes:
    """A photo 30 pixels wide and 20 high, lying on its side, with place, device, comment and thumbnail."""
    exif = Image.Exif()
    exif[0x0112] = 6  # to be turned by 90 degrees
    exif[0x010F] = "GEHEIMKAMERA"
    if format != "TIFF":
        exif[0x8825] = {1: "N", 2: (50.0, 8.0, 9.0), 3: "E", 4: (8.0, 9.0, 1.0)}
    buffer = BytesIO()
    options: dict[str, Any] = {"exif": exif}
    if format == "JPEG":
        options |= {"comment": b"GEHEIMKOMMENTAR", "xmp": b"<x:xmpmeta>GEHEIMORT</x:xmpmeta>"}
    Image.new("RGB", (30, 20), (10, 200, 30)).save(buffer, format, **options)
    return buffer.getvalue()


def box(kind: bytes, content: bytes) -> bytes:
    return struct.pack("!I", 8 + len(content)) + kind + content


def heic(exif: bytes = b"GEHEIMER ORT", trailing: bytes = b"") -> bytes:
    """The boxes of a HEIC photo with one picture item and one of Exif."""
    head = box(b"ftyp", b"heic" + bytes(4) + b"mif1heic")

    def meta(offset: int) -> bytes:
        entries = b"".join(
            box(b"infe", b"\x02\x00\x00\x00" + struct.pack("!HH", number, 0) + kind + b"\x00")
            for number, kind in ((1, b"hvc1"), (2, b"Exif"))
        )
        names = box(b"iinf", bytes(4) + struct.pack("!H", 2) + entries)
        places = struct.pack("!BBH", 0x44, 0x00, 2)
        places += struct.pack("!HHHII", 1, 0, 1, offset, 7) + struct.pack(
            "!HHHII", 2, 0, 1, offset + 7, len(exif)
        )
        return box(b"meta", bytes(4) + names + box(b"iloc", bytes(4) + places))

    start = len(head) + len(meta(0)) + 8
    return head + meta(start) + box(b"mdat", b"PICTURE" + exif) + trailing
