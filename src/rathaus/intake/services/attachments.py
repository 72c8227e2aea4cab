"""Files: from beside the data (``{"name": …, "path": …}``) to checked uploads, and from uploads to documents."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from rathaus.engines.forms import public as forms
from rathaus.engines.records import public as records
from rathaus.identity.public import Actor

MAX_BYTES = 50_000_000


class UnusableAttachment(ValueError):
    """A file beside the data cannot be taken; ``place`` is its path in the data, ``message`` is German."""

    def __init__(self, place: str, message: str) -> None:
        super().__init__(f"{place}: {message}")
        self.place = place
        self.message = message


def with_uploads(data: Any, *, actor: Actor, folder: Path, place: str = "") -> Any:
    """Return ``data`` with every ``{"name", "path"}`` stored as an upload. Paths are relative to ``folder``.

    Raises UnusableAttachment: outside of the folder, not readable, too large, or refused by the upload check.
    """
    if isinstance(data, Mapping):
        if set(data) in ({"name", "path"}, {"path"}):
            return _stored(data, actor, folder, place)
        return {
            key: with_uploads(
                value, actor=actor, folder=folder, place=f"{place}.{key}" if place else str(key)
            )
            for key, value in data.items()
        }
    if isinstance(data, list):
        return [
            with_uploads(value, actor=actor, folder=folder, place=f"{place}[{i}]")
            for i, value in enumerate(data)
        ]
    return data


def _stored(entry: Mapping[str, Any], actor: Actor, folder: Path, place: str) -> dict[str, object]:
    try:
        path = (folder / str(entry["path"])).resolve()
    except (OSError, ValueError) as error:  # such as a NUL in the name
        raise UnusableAttachment(place, "Das ist kein Dateipfad.") from error
    if not path.is_relative_to(folder.resolve()):
        raise UnusableAttachment(place, "Die Datei muss im Ordner der JSON-Datei liegen.")
    try:
        if path.stat().st_size > MAX_BYTES:
            raise UnusableAttachment(place, "Die Datei ist größer als 50 MB.")
        content = path.read_bytes()
    except OSError as error:
        raise UnusableAttachment(place, f"Die Datei {path.name} lässt sich nicht öffnen.") from error
    return stored_upload(str(entry.get("name") or path.name), content, place, actor=actor)


def stored_upload(name: str, content: bytes, place: str, *, actor: Actor) -> dict[str, object]:
    """Check and store one file; return it as a file field holds it. Raises UnusableAttachment."""
    try:
        upload = forms.store_upload(actor=actor, draft=None, field=place, name=name, data=content)
    except forms.UploadRefused as error:
        raise UnusableAttachment(place, str(error)) from error
    return upload.as_value()


def file_uploads(
    *,
    actor: Actor,
    case: records.Case,
    uploads: Iterable[forms.Upload],
    direction: str = "in",
    visible: bool = True,
) -> None:
    """File each upload as a document of the case; ``visible`` says whether the applicant sees it."""
    for upload in uploads:
        records.file_document(
            actor=actor,
            case=case,
            title=upload.file_name,
            kind="attachment",
            direction=direction,
            blob=upload.blob,
            file_name=upload.file_name,
            media_type=upload.media_type,
            visible_to_applicant=visible,
        )
