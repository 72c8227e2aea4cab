"""Which kinds of files there are, and what a file may be called. What it really is, ``inspection`` finds out."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass

MAX_NAME = 120
MAX_NAME_BYTES = 240
"""Below the 255 bytes of file systems, with room for a copy's number."""
_BAD_NAME = re.compile(r'[\\/:*?"<>|\s\u2044\u2215\uff0f\uff3c]+')
_RESERVED = re.compile(r"(?:con|prn|aux|nul|conin\$|conout\$|com[0-9¹²³]|lpt[0-9¹²³])(?:\.|$)", re.I)


@dataclass(frozen=True, slots=True)
class FileType:
    """A kind of file."""

    media_type: str


_OFFICE = "application/vnd.openxmlformats-officedocument."

EXTENSIONS: Mapping[str, FileType] = {
    "pdf": FileType("application/pdf"),
    "jpg": FileType("image/jpeg"),
    "png": FileType("image/png"),
    "heic": FileType("image/heic"),
    "tiff": FileType("image/tiff"),
    "docx": FileType(_OFFICE + "wordprocessingml.document"),
    "xlsx": FileType(_OFFICE + "spreadsheetml.sheet"),
    "odt": FileType("application/vnd.oasis.opendocument.text"),
    "txt": FileType("text/plain"),
}
_ALIASES = {"jpeg": "jpg", "tif": "tiff", "heif": "heic", "text": "txt"}


def extension_of(name: str) -> str:
    """Return the known extension of a file name, "" when it has none."""
    _, dot, ending = name.rpartition(".")
    ending = ending.lower()
    ending = _ALIASES.get(ending, ending)
    return ending if dot and ending in EXTENSIONS else ""


def clean_name(name: str, extension: str) -> str:
    """Return the file name without path, control characters, direction marks and anything a system minds."""
    base = unicodedata.normalize("NFC", name).replace("\\", "/").rpartition("/")[2]
    stem = base.rpartition(".")[0] or base
    kept = "".join(sign if unicodedata.category(sign)[0] != "C" else "" for sign in stem)
    stem = _BAD_NAME.sub(" ", kept).strip(" .-")[:MAX_NAME]
    if _RESERVED.match(stem):
        stem = f"Datei {stem}"
    room = MAX_NAME_BYTES - len(extension) - 1
    stem = stem.encode()[:room].decode(errors="ignore").strip(" .-") or "Datei"
    return f"{stem}.{extension}"


def shown_name(name: str) -> str:
    """Return a file name as it can stand in a message, whatever its ending."""
    ending = "".join(sign for sign in name.rpartition(".")[2] if sign.isalnum())[:10]
    return clean_name(name, ending)[:80] if "." in name else clean_name(f"{name}.", "").rstrip(".")[:80]
