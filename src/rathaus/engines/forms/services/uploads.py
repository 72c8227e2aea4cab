"""Taking files in."""

from __future__ import annotations

from django.utils.translation import gettext as _

from rathaus.identity.public import Actor
from rathaus.kernel.public import audit, blobs

from ..compiled.posts import Incoming, UploadRefused
from ..content import EXTENSIONS, clean_name, extension_of, shown_name
from ..enums import UploadStatus
from ..inspection.client import inspect
from ..inspection.verdicts import Refusal
from ..kinds.files import File
from ..models import Draft, Upload
from ..refusals import refusal_text
from ..scanning import scan
from .scans import note_scan

MAX_NAME = 200
MAX_UPLOADS = 200


def store_upload(
    *,
    actor: Actor,
    draft: Draft | None,
    field: str,
    name: str,
    data: bytes | Incoming,
    kind: File | None = None,
    label: str = "",
) -> Upload:
    """Check a file and store it, encrypted, at once. Raises UploadRefused with a translated reason.

    ``kind`` is the file field (size, accepted types). Call it outside a transaction: it waits for the disk.
    """
    kind = kind or File()
    content, extension = checked_content(kind, name, data, label or field)
    if draft is not None and draft.uploads.count() >= MAX_UPLOADS:
        raise UploadRefused(_("There are too many files in this form. Remove some that you do not need."))
    file_name = clean_name(name, extension)
    result = scan(file_name, content)
    if result.status == UploadStatus.INFECTED:
        audit.append(
            actor=actor.audit_name,
            action="forms.refuse_upload",
            subject=_subject(draft),
            details={"note": result.note},
        )
        raise _infected(file_name)
    media_type = EXTENSIONS[extension].media_type
    blob = blobs.store(content, media_type)
    status = note_scan(sha256=blob.pk, result=result)
    if status == UploadStatus.INFECTED:
        raise _infected(file_name)
    return Upload.objects.create(
        blob=blob,
        file_name=file_name[:MAX_NAME],
        media_type=media_type,
        size=len(content),
        status=status,
        scan_note=result.note[:200],
        field=field[:300],
        draft=draft,
        uploaded_by_id=actor.account_id,
    )


def checked_content(kind: File, name: str, data: bytes | Incoming, label: str) -> tuple[bytes, str]:
    """Return the bytes to store and the extension of an acceptable file. Raises UploadRefused.

    Pictures come back written anew, without anything but their pixels.
    """
    shown = shown_name(name)
    extension = extension_of(name)
    accepted = ", ".join(item.upper() for item in kind.accept)
    if extension not in kind.accept:
        raise UploadRefused(
            _("“%(file)s” cannot be accepted for “%(label)s”. Save it as one of these: %(accepted)s.")
            % {"file": shown, "label": label, "accepted": accepted}
        )
    size = len(data) if isinstance(data, bytes) else data.size or 0
    if size > kind.max_bytes:
        raise _too_large(shown, kind)
    content = data if isinstance(data, bytes) else data.read(kind.max_bytes + 1)
    if len(content) > kind.max_bytes:
        raise _too_large(shown, kind)
    if not content:
        raise UploadRefused(_("“%(file)s” is empty. Choose the file again.") % {"file": shown})
    try:
        return inspect(content, extension).content, extension
    except Refusal as refusal:
        text = refusal_text(refusal.reason)
        raise UploadRefused(text % {"file": shown, "accepted": accepted}) from None


def _infected(file_name: str) -> UploadRefused:
    return UploadRefused(
        _("“%(file)s” contains harmful software and was not accepted.") % {"file": file_name}
    )


def _too_large(shown: str, kind: File) -> UploadRefused:
    return UploadRefused(
        _("“%(file)s” is larger than %(limit)s MB. Make it smaller or split it.")
        % {"file": shown, "limit": kind.max_size_mb}
    )


def _subject(draft: Draft | None) -> str:
    return f"forms.draft:{draft.pk}" if draft is not None else ""
