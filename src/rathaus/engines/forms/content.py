"""What a file really is, by its first bytes; never by what its sender says."""

from __future__ import annotations

import re
import unicodedata
import zipfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from io import BytesIO

MAX_NAME = 120
_ZIP_ENTRIES = 5_000
_HEIF_BRANDS = frozenset({b"heic", b"heix", b"hevc", b"heim", b"heis", b"mif1", b"msf1"})
# What browsers or programs run, where it stands at the beginning of a file.
_ACTIVE = re.compile(
    rb"<(?:!doctype|html|head|body|script|svg|iframe|\?php|object|embed)|^#!|^MZ|^\x7fELF", re.I
)
_MACRO = re.compile(r"vbaProject\.bin|(^|/)(activeX|Basic|Scripts)/", re.I)
_BAD_NAME = re.compile(r'[\\/:*?"<>|\s]+')


@dataclass(frozen=True, slots=True)
class FileType:
    """A kind of file: its media type and whether bytes are of it."""

    media_type: str
    matches: Callable[[bytes], bool]


def _starts(*magic: bytes) -> Callable[[bytes], bool]:
    return lambda data: data.startswith(magic)


def _is_pdf(data: bytes) -> bool:
    return data.startswith(b"%PDF-") and b"%%EOF" in data[-2048:]


def _is_jpeg(data: bytes) -> bool:
    return data.startswith(b"\xff\xd8\xff") and b"\xff\xd9" in data


def _is_heif(data: bytes) -> bool:
    return data[4:8] == b"ftyp" and data[8:12] in _HEIF_BRANDS


def _is_text(data: bytes) -> bool:
    if b"\x00" in data or _ACTIVE.match(data[:4096].lstrip(b"\xef\xbb\xbf \t\r\n")):
        return False
    try:
        data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return not re.search(rb"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]", data)
    return not re.search(rb"[\x00-\x08\x0b\x0e-\x1f\x7f]", data)


def _zipped(needed: str, mimetype: bytes = b"") -> Callable[[bytes], bool]:
    def matches(data: bytes) -> bool:
        if not data.startswith(b"PK\x03\x04"):
            return False
        try:
            with zipfile.ZipFile(BytesIO(data)) as archive:
                names = archive.namelist()
                if (
                    len(names) > _ZIP_ENTRIES
                    or needed not in names
                    or any(_MACRO.search(name) for name in names)
                ):
                    return False
                return not mimetype or _stored(archive, "mimetype") == mimetype
        except (
            zipfile.BadZipFile,
            KeyError,
            ValueError,
            RuntimeError,
            OSError,
            EOFError,
        ):
            return False

    return matches


def _stored(archive: zipfile.ZipFile, name: str) -> bytes:
    """Return a small entry; a bomb behind the name is not unpacked."""
    with archive.open(name) as entry:
        return entry.read(200).strip()


_OFFICE = "application/vnd.openxmlformats-officedocument."
_ODT = b"application/vnd.oasis.opendocument.text"

EXTENSIONS: Mapping[str, FileType] = {
    "pdf": FileType("application/pdf", _is_pdf),
    "jpg": FileType("image/jpeg", _is_jpeg),
    "png": FileType("image/png", _starts(b"\x89PNG\r\n\x1a\n")),
    "heic": FileType("image/heic", _is_heif),
    "tiff": FileType("image/tiff", _starts(b"II*\x00", b"MM\x00*")),
    "docx": FileType(_OFFICE + "wordprocessingml.document", _zipped("word/document.xml")),
    "xlsx": FileType(_OFFICE + "spreadsheetml.sheet", _zipped("xl/workbook.xml")),
    "odt": FileType(_ODT.decode(), _zipped("content.xml", _ODT)),
    "txt": FileType("text/plain", _is_text),
}
_ALIASES = {"jpeg": "jpg", "tif": "tiff", "heif": "heic", "text": "txt"}


def extension_of(name: str) -> str:
    """Return the known extension of a file name, "" when it has none."""
    _, dot, ending = name.rpartition(".")
    ending = ending.lower()
    ending = _ALIASES.get(ending, ending)
    return ending if dot and ending in EXTENSIONS else ""


def is_genuine(data: bytes, extension: str) -> bool:
    """Whether the bytes are what the extension says, and not at the same time something that runs."""
    return EXTENSIONS[extension].matches(data) and not _is_polyglot(data, extension)


def _is_polyglot(data: bytes, extension: str) -> bool:
    """An image or PDF that also begins as a page or a program, or ends as an archive."""
    if extension == "txt":
        return False
    head = data[:1024]
    if extension in ("docx", "xlsx", "odt"):
        return False
    return bool(_ACTIVE.search(head if extension != "pdf" else head[:64])) or (
        extension in ("jpg", "png", "heic", "tiff")
        and b"PK\x05\x06" in data[-66_000:]
        and zipfile.is_zipfile(BytesIO(data))
    )


def clean_name(name: str, extension: str) -> str:
    """Return the file name without path, control characters, direction marks and anything a system minds."""
    base = unicodedata.normalize("NFC", name).replace("\\", "/").rpartition("/")[2]
    stem = base.rpartition(".")[0] or base
    kept = "".join(sign if unicodedata.category(sign)[0] != "C" else "" for sign in stem)
    stem = _BAD_NAME.sub(" ", kept).strip(" .-")[:MAX_NAME] or "Datei"
    return f"{stem}.{extension}"


def shown_name(name: str) -> str:
    """Return a file name as it can stand in a message, whatever its ending."""
    ending = "".join(sign for sign in name.rpartition(".")[2] if sign.isalnum())[:10]
    return clean_name(name, ending)[:80] if "." in name else clean_name(f"{name}.", "").rstrip(".")[:80]
