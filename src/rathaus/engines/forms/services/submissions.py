"""Keeping what was handed in."""

from __future__ import annotations

import copy
from collections.abc import Iterator, Mapping
from typing import Any

from django.db import transaction

from rathaus.identity.public import ANONYMOUS, Actor
from rathaus.kernel.public import clock

from ..enums import UploadStatus
from ..models import Draft, FormVersion, Submission, Upload


class UploadMissing(ValueError):
    """The data name files that do not exist, are not the actor's own, or are infected. ``uploads`` names them."""

    def __init__(self, uploads: tuple[str, ...]) -> None:
        super().__init__(", ".join(uploads))
        self.uploads = uploads


@transaction.atomic
def record_submission(
    *,
    form_version: FormVersion,
    data: Mapping[str, Any],
    language: str,
    draft: Draft | None = None,
    actor: Actor = ANONYMOUS,
) -> Submission:
    """Keep validated data for good. Files become the submission's; their names and sizes come from the store.

    Only files of the draft count, or (without draft) files that ``actor`` has sent and that belong to nothing yet.
    The caller validates before, and writes the audit entry of the case. Raises UploadMissing.
    """
    plain = copy.deepcopy(dict(data))
    files = list(_files(plain))
    uploads = _own_uploads({file["upload"] for file in files}, draft, actor)
    for file in files:
        file.update(uploads[file["upload"]].as_value())
    now = clock.now()
    submission = Submission(
        form_version=form_version, data=plain, language=language, submitted_at=now, draft=draft
    )
    submission.save(force_insert=True)
    if uploads:
        Upload.objects.filter(pk__in=[upload.pk for upload in uploads.values()]).update(submission=submission)
    if draft is not None:
        Draft.objects.filter(pk=draft.pk).update(submitted_at=now)
        draft.submitted_at = now
    return submission


def has_files(data: Mapping[str, Any]) -> bool:
    """Whether canonical data name a file anywhere."""
    return next(_files(dict(data)), None) is not None


def _own_uploads(ids: set[str], draft: Draft | None, actor: Actor) -> dict[str, Upload]:
    if not ids:
        return {}
    uploads = Upload.objects.filter(pk__in=ids, submission=None).exclude(status=UploadStatus.INFECTED)
    uploads = (
        uploads.filter(draft=draft, uploaded_by=actor.account_id)
        if draft is None
        else uploads.filter(draft=draft)
    )
    found = {str(upload.pk): upload for upload in uploads.select_for_update()}
    missing = ids - found.keys()
    if missing:
        raise UploadMissing(tuple(sorted(missing)))
    return found


def _files(value: Any) -> Iterator[dict[str, Any]]:
    """Yield the file references in canonical data."""
    if isinstance(value, dict):
        if "upload" in value:
            yield value
        else:
            for inner in value.values():
                yield from _files(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _files(inner)
