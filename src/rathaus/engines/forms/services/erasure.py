"""Deleting what was handed in or begun: for cases that are destroyed, accounts that end, and by rule."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from uuid import UUID

from django.db import transaction

from ..models import Draft, Submission, Upload

BATCH = 500


@transaction.atomic
def erase_submissions(ids: Iterable[UUID]) -> tuple[Mapping[str, int], set[str]]:
    """Delete submissions with their drafts and files; counts by kind, and contents to discard."""
    submissions = Submission.objects.filter(pk__in=list(ids))
    draft_ids = list(submissions.exclude(draft=None).values_list("draft_id", flat=True))
    uploads = Upload.objects.filter(submission__in=submissions) | Upload.objects.filter(
        draft_id__in=draft_ids
    )
    hashes = set(uploads.values_list("blob_id", flat=True))
    counts = {
        "uploads": Upload.objects.filter(pk__in=list(uploads.values_list("pk", flat=True))).delete()[0],
        "submissions": submissions.delete()[0],
        "drafts": Draft.objects.filter(pk__in=draft_ids).delete()[0],
    }
    return counts, hashes


@transaction.atomic
def erase_drafts(ids: Iterable[UUID]) -> tuple[Mapping[str, int], set[str]]:
    """Delete drafts with the files that nothing else holds. A draft that was handed in is only emptied."""
    drafts = Draft.objects.filter(pk__in=list(ids))
    uploads = Upload.objects.filter(draft__in=drafts, submission=None)
    hashes = set(uploads.values_list("blob_id", flat=True))
    counts = {"uploads": uploads.delete()[0]}
    drafts.exclude(submitted_at=None).update(data={}, owner=None)
    counts["drafts"] = drafts.filter(submitted_at=None).delete()[0]
    return counts, hashes


def idle_drafts(before: datetime) -> list[UUID]:
    """Drafts that nobody has changed since, and that were never handed in; at most a batch."""
    idle = Draft.objects.filter(submitted_at=None, updated_at__lt=before)
    return list(idle.order_by("updated_at").values_list("pk", flat=True)[:BATCH])
