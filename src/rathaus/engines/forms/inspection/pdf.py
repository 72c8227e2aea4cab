"""A PDF is kept as it is (a signature in it must stay whole), so it must hold nothing that acts.

Refused: encryption, scripts, programs to start, forms that send or that are XFA, files inside (but the XML of an
e-invoice), sound and film, links to files and scripts, and bytes before the beginning or after the end.
Looked at twice: by the objects that a reader finds, and in the raw bytes, where a damaged table could hide some.
"""

from __future__ import annotations

import re
import zipfile
import zlib
from collections.abc import Iterator
from io import BytesIO
from typing import Any

from pypdf import PdfReader
from pypdf.errors import PyPdfError
from pypdf.generic import (
    ArrayObject,
    ByteStringObject,
    DictionaryObject,
    IndirectObject,
    StreamObject,
    TextStringObject,
)

from .verdicts import Reason, Refusal

MAX_OBJECTS = 300_000
MAX_DEPTH = 60
MAX_UNPACKED = 100_000_000
END = b"%%EOF"
_ACTIONS = frozenset(
    (
        "/JavaScript", "/Launch", "/SubmitForm", "/ImportData", "/GoToE", "/GoToR", "/Rendition",
        "/RichMediaExecute", "/Movie", "/Sound", "/Trans3D", "/GoTo3DView",
    )
)  # fmt: skip
_ACTIVE_KEYS = frozenset(
    ["/JS", "/JavaScript", "/XFA", "/RichMediaContent", "/RichMediaSettings", "/Rendition"]
)
_ACTIVE_SUBTYPES = frozenset(["/RichMedia", "/Screen", "/3D", "/Movie", "/Sound"])
_INVOICE = frozenset({"factur-x.xml", "zugferd-invoice.xml", "xrechnung.xml", "order-x.xml"})
_BAD_LINK = re.compile(r"\s*(?:javascript|vbscript|data|file|smb|ms-[a-z-]+|search-ms)\s*:|\\\\", re.I)
_RAW_NAMES = re.compile(rb"/(?:JavaScript|Launch|SubmitForm|ImportData|GoToE|XFA|RichMedia)(?![A-Za-z0-9])")
_ENCRYPTED = re.compile(rb"/Encrypt\s*(?:\d+\s+\d+\s+R|<<)")
_ESCAPE = re.compile(rb"#([0-9A-Fa-f]{2})")
_OBJECT_STREAM = re.compile(rb"/ObjStm\b[^\x00]{0,2000}?\bstream\r?\n")
_STREAM = re.compile(rb"/FlateDecode\b[^\x00]{0,500}?\bstream\r?\n")
SAMPLE, MAX_STREAM, MAX_RATIO = 1 << 16, 250_000_000, 50
_PACKINGS = frozenset({"/FlateDecode", "/Fl", "/LZWDecode", "/LZW", "/RunLengthDecode", "/RL"})
_PAGE = re.compile(rb"<(?:!doctype|html|head|body|script|svg|iframe|\?php)", re.I)


def check(data: bytes) -> None:
    """Raises Refusal where the bytes are no PDF, or one that does more than show pages."""
    _check_outside(data)
    _check_raw(data)
    try:
        _check_objects(PdfReader(BytesIO(_with_start(data)), strict=False))
    except RecursionError:
        raise Refusal(Reason.BOMB, "depth") from None
    except (PyPdfError, ValueError, TypeError, KeyError, AttributeError, IndexError, ArithmeticError, OSError,
            AssertionError) as broken:  # fmt: skip
        # What a parser of a loose format raises for damaged bytes.
        raise Refusal(Reason.BROKEN, repr(broken)) from None


def _with_start(data: bytes) -> bytes:
    """Readers find the objects of a file without table by searching it; pypdf wants to be told where to start."""
    return data if b"startxref" in data else data + b"\nstartxref\n0\n%%EOF"


def _check_outside(data: bytes) -> None:
    if not data.startswith(b"%PDF-"):
        raise Refusal(Reason.FOREIGN if b"%PDF-" in data[:1024] else Reason.WRONG_TYPE)
    end = data.rfind(END)
    if end < 0:
        raise Refusal(Reason.BROKEN, "no end")
    if data[end + len(END) :].strip(b"\r\n\t \x00"):
        raise Refusal(Reason.FOREIGN, "after the end")
    if _PAGE.search(data[:1024]) or zipfile.is_zipfile(BytesIO(data)):
        raise Refusal(Reason.FOREIGN)


def _check_raw(data: bytes) -> None:
    if _ENCRYPTED.search(data):
        raise Refusal(Reason.ENCRYPTED)
    _check_packing(data)
    for part in (data, *_object_streams(data)):
        plain = _ESCAPE.sub(lambda match: bytes([int(match[1], 16)]), part) if b"#" in part else part
        found = _RAW_NAMES.search(plain)
        if found:
            raise Refusal(Reason.ACTIVE, found[0].decode("latin-1"))


def _check_packing(data: bytes) -> None:
    """A stream that unpacks to more than a viewer can bear, guessed by how its beginning unpacks."""
    for found in _STREAM.finditer(data):
        start = found.end()
        end = data.find(b"endstream", start)
        packed = (end if end >= 0 else len(data)) - start
        try:
            sample = zlib.decompressobj().decompress(data[start : start + min(packed, SAMPLE)])
        except zlib.error:
            continue
        ratio = len(sample) / max(1, min(packed, SAMPLE))
        if ratio > MAX_RATIO and ratio * packed > MAX_STREAM:
            raise Refusal(Reason.BOMB, "stream")


def _object_streams(data: bytes) -> Iterator[bytes]:
    """Objects may lie packed in a stream; unpacked here whether or not the file's table knows of them."""
    room = MAX_UNPACKED
    for found in _OBJECT_STREAM.finditer(data):
        unpacker = zlib.decompressobj()
        try:
            content = unpacker.decompress(data[found.end() :], room)
        except zlib.error:
            continue
        room -= len(content)
        if room <= 0:
            raise Refusal(Reason.BOMB, "object streams")
        yield content


def _check_objects(reader: PdfReader) -> None:
    if reader.is_encrypted:
        raise Refusal(Reason.ENCRYPTED)
    root = reader.trailer["/Root"]
    if not isinstance(root.get_object(), DictionaryObject):
        raise Refusal(Reason.BROKEN, "no catalogue")
    _check_value(reader.trailer, 0)
    numbers = {number for section in reader.xref.values() for number in section} | set(reader.xref_objStm)
    if len(numbers) > MAX_OBJECTS:
        raise Refusal(Reason.BOMB, f"{len(numbers)} objects")
    for generation, section in reader.xref.items():
        for number in section:
            _check_value(_object(reader, number, generation), 0)
    for number in reader.xref_objStm:
        _check_value(_object(reader, number, 0), 0)


def _object(reader: PdfReader, number: int, generation: int) -> Any:
    """The object, or None where the table leads nowhere: readers do not find it either."""
    try:
        return reader.get_object(IndirectObject(number, generation, reader))
    except (PyPdfError, ValueError, TypeError, KeyError, AttributeError, IndexError, AssertionError):
        return None


def _check_value(value: Any, depth: int) -> None:
    """Walk what stands directly in an object; what it refers to has its own turn."""
    if depth > MAX_DEPTH:
        raise Refusal(Reason.BOMB, "depth")
    if isinstance(value, DictionaryObject):
        _check_dictionary(value)
        for inner in value.values():
            _check_value(inner, depth + 1)
    elif isinstance(value, ArrayObject):
        for inner in value:
            _check_value(inner, depth + 1)


def _check_dictionary(item: DictionaryObject) -> None:
    active = _ACTIVE_KEYS & item.keys()
    if active:
        raise Refusal(Reason.ACTIVE, ", ".join(sorted(active)))
    if _plain(item, "/S") in _ACTIONS or _plain(item, "/Subtype") in _ACTIVE_SUBTYPES:
        raise Refusal(Reason.ACTIVE, _plain(item, "/S"))
    _check_outward(item)
    link = item.get("/URI")
    if link is not None and _BAD_LINK.match(str(_resolved(link))):
        raise Refusal(Reason.EXTERNAL, "link")
    if "/EF" in item:
        _check_embedded(item)
    elif _plain(item, "/Type") == "/Filespec" and _plain(item, "/FS") != "":
        raise Refusal(Reason.EXTERNAL, "file")


def _check_outward(item: DictionaryObject) -> None:
    """What fetches something when it is opened, names a file elsewhere, holds files, or is packed twice over."""
    starts = [_resolved(item["/OpenAction"])] if "/OpenAction" in item else []
    more = _resolved(item.get("/AA"))
    starts += [_resolved(action) for action in more.values()] if isinstance(more, DictionaryObject) else []
    if any(isinstance(action, DictionaryObject) and _plain(action, "/S") == "/URI" for action in starts):
        raise Refusal(Reason.EXTERNAL, "opens an address")
    named = _resolved(item.get("/F"))
    if isinstance(named, TextStringObject | ByteStringObject) and "/EF" not in item:
        raise Refusal(Reason.EXTERNAL, "file")
    if "/Collection" in item:
        raise Refusal(Reason.EMBEDDED, "collection")
    filters = _resolved(item.get("/Filter"))
    if isinstance(filters, ArrayObject) and sum(str(_resolved(one)) in _PACKINGS for one in filters) > 1:
        raise Refusal(Reason.BOMB, "packed twice")


def _check_embedded(item: DictionaryObject) -> None:
    """The one file that may lie in a PDF is the XML of an e-invoice."""
    names = {str(_resolved(item[key])).lower() for key in ("/F", "/UF") if key in item}
    if not names or names - _INVOICE:
        raise Refusal(Reason.EMBEDDED, ", ".join(sorted(names)))
    held = _resolved(item["/EF"])
    for stream in held.values() if isinstance(held, DictionaryObject) else ():
        content = _resolved(stream)
        data = content.get_data() if isinstance(content, StreamObject) else b""
        if (
            b"<!DOCTYPE" in data
            or b"<!ENTITY" in data
            or not data.lstrip(b"\xef\xbb\xbf \r\n\t").startswith(b"<")
        ):
            raise Refusal(Reason.EMBEDDED, "not the XML of an invoice")


def _plain(item: DictionaryObject, key: str) -> str:
    return str(_resolved(item[key])) if key in item else ""


def _resolved(value: Any) -> Any:
    return value.get_object() if isinstance(value, IndirectObject) else value
