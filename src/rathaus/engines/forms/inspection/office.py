"""Office files are archives: they must be small unpacked, hold no program, and fetch nothing from elsewhere."""

from __future__ import annotations

import re
import struct
import zipfile
import zlib
from collections.abc import Iterator
from io import BytesIO

from . import markup
from .verdicts import Reason, Refusal

MAX_ENTRIES = 5_000
MAX_UNPACKED = 250_000_000
MAX_RATIO = 200
FREE_RATIO_BYTES = (
    20_000_000  # small files of much white space pack well; below this the ratio does not count
)
MAX_XML = 60_000_000
CHUNK = 1 << 20
_OPEN_DOCUMENT = "application/vnd.oasis.opendocument.text"
_NEEDED = {"docx": "word/document.xml", "xlsx": "xl/workbook.xml", "odt": "content.xml"}
_MAIN_TYPE = {
    "docx": "wordprocessingml.document.main+xml",
    "xlsx": "spreadsheetml.sheet.main+xml",
}
_PROGRAM = re.compile(
    r"vbaProject|vbaData|(^|/)(activeX|Basic|Scripts|macrosheets|dialogsheets)/|\.(exe|dll|com|scr|js|vbs|ps1|bat|cmd|jar"
    r"|hta|lnk|msi)$",
    re.I,
)
_EMBEDDED = re.compile(
    r"(^|/)(embeddings|oleObject[^/]*)(/|$)|^ObjectReplacements/|^Object \d+/|\.(bin|zip|7z|rar)$", re.I
)
_HARMLESS_BIN = re.compile(r"(^|/)(printerSettings/[^/]+\.bin|media/[^/]+)$", re.I)
_PACKINGS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
_KIND_OF_FILE, _LINK = 0o170000, 0o120000


def check(data: bytes, extension: str) -> None:
    """Raises Refusal where the bytes are no such office file, or one that does more than hold text."""
    _check_outside(data)
    try:
        with zipfile.ZipFile(BytesIO(data)) as archive:
            _check_entries(archive, data, extension)
            _check_contents(archive, extension)
    except (zipfile.BadZipFile, KeyError, ValueError, RuntimeError, OSError, EOFError, zlib.error,
            struct.error) as broken:  # fmt: skip
        # What zipfile raises for damaged bytes.
        raise Refusal(Reason.BROKEN, repr(broken)) from None


def _check_outside(data: bytes) -> None:
    if not data.startswith(b"PK\x03\x04"):
        raise Refusal(Reason.WRONG_TYPE)
    end = data.rfind(b"PK\x05\x06")
    if end < 0:
        raise Refusal(Reason.BROKEN)
    comment = int.from_bytes(data[end + 20 : end + 22], "little")
    if comment or end + 22 != len(data):
        raise Refusal(Reason.FOREIGN, "after the end")


def _check_entries(archive: zipfile.ZipFile, data: bytes, extension: str) -> None:
    entries = archive.infolist()
    if len(entries) > MAX_ENTRIES:
        raise Refusal(Reason.BOMB, f"{len(entries)} entries")
    names = [entry.filename for entry in entries]
    if _NEEDED[extension] not in names:
        raise Refusal(Reason.WRONG_TYPE)
    if len({name.casefold() for name in names}) < len(names) or any(map(_is_bad_path, names)):
        raise Refusal(Reason.FOREIGN, "names of entries")
    end = 0
    for entry in sorted(entries, key=lambda item: item.header_offset):
        if entry.flag_bits & 0x41:
            raise Refusal(Reason.ENCRYPTED)
        if entry.compress_type not in _PACKINGS or entry.external_attr >> 16 & _KIND_OF_FILE == _LINK:
            raise Refusal(Reason.FOREIGN, "kind of entry")
        if entry.header_offset < end:
            raise Refusal(Reason.BOMB, "entries lie over each other")
        end = entry.header_offset + 30 + len(entry.filename.encode()) + entry.compress_size
    if sum(entry.file_size for entry in entries) > MAX_UNPACKED:
        raise Refusal(Reason.BOMB, "declared size")
    for name in names:
        if _PROGRAM.search(name):
            raise Refusal(Reason.ACTIVE, name)
        if _EMBEDDED.search(name) and not _HARMLESS_BIN.search(name):
            raise Refusal(Reason.EMBEDDED, name)


def _is_bad_path(name: str) -> bool:
    parts = name.split("/")
    return not name or name.startswith("/") or "\\" in name or "\x00" in name or ":" in name or ".." in parts


def _check_contents(archive: zipfile.ZipFile, extension: str) -> None:
    """Unpack everything once, counting: what an entry declares may be a lie."""
    room = MAX_UNPACKED
    for entry in archive.infolist():
        content = bytearray()
        is_text = False
        for block in _blocks(archive, entry):
            room -= len(block)
            if room < 0 or _is_bomb(MAX_UNPACKED - room, entry, archive):
                raise Refusal(Reason.BOMB, entry.filename)
            is_text = is_text or (not content and markup.is_markup(entry.filename, block[:80]))
            if is_text or not content:
                content += block
            if is_text and len(content) > MAX_XML:
                raise Refusal(Reason.BOMB, entry.filename)
        if is_text:
            markup.check(entry.filename, bytes(content), extension)
        _check_start(entry.filename, bytes(content[:8]))
    _check_kind(archive, extension)


def _is_bomb(unpacked: int, entry: zipfile.ZipInfo, archive: zipfile.ZipFile) -> bool:
    packed = max(1, sum(item.compress_size for item in archive.filelist))
    return unpacked > FREE_RATIO_BYTES and unpacked / packed > MAX_RATIO


def _blocks(archive: zipfile.ZipFile, entry: zipfile.ZipInfo) -> Iterator[bytes]:
    with archive.open(entry) as opened:
        while block := opened.read(CHUNK):
            yield block


def _check_start(name: str, start: bytes) -> None:
    if start.startswith((b"MZ", b"\x7fELF", b"#!")):
        raise Refusal(Reason.ACTIVE, name)
    if start.startswith((b"PK\x03\x04", b"\xd0\xcf\x11\xe0", b"Rar!", b"7z\xbc\xaf", b"%PDF")):
        raise Refusal(Reason.EMBEDDED, name)


def _check_kind(archive: zipfile.ZipFile, extension: str) -> None:
    """The archive says itself what it is."""
    if extension == "odt":
        if archive.read("mimetype").strip() != _OPEN_DOCUMENT.encode():
            raise Refusal(Reason.WRONG_TYPE)
        manifest = (
            archive.read("META-INF/manifest.xml") if "META-INF/manifest.xml" in archive.namelist() else b""
        )
        if b"encryption-data" in manifest:
            raise Refusal(Reason.ENCRYPTED)
        return
    types = archive.read("[Content_Types].xml") if "[Content_Types].xml" in archive.namelist() else b""
    if types and _MAIN_TYPE[extension].encode() not in types:
        raise Refusal(Reason.WRONG_TYPE)
