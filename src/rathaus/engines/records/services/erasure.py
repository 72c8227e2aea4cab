"""Erasing one case from the database, wherever parts of it lie (Art. 17 GDPR, § 35 BDSG, Hess. HDSIG § 53)."""

from __future__ import annotations

from uuid import UUID

from django.db import transaction
from django.db.models import Q

from rathaus.engines.records.erasers import Erased, erasers
from rathaus.engines.records.models import (
    Case,
    CaseSearchEntry,
    Document,
    DocumentVersion,
    ErasurePermit,
    FileNote,
    FollowUp,
    Participant,
    TimelineEntry,
)
from rathaus.kernel.public import jobs


@transaction.atomic
def erase_case(case_id: UUID) -> Erased:
    """Delete a case with everything that any app keeps of it. Again: nothing is left, nothing happens.

    The blobs that lost their last reference are deleted after commit, by the caller (``blobs.discard``). Audit
    entries stay: they name the case by its number and hold no personal data.
    """
    erased = Erased()
    if not Case.objects.select_for_update().filter(pk=case_id).exists():
        return erased
    for eraser in erasers:
        eraser.erase(case_id, erased)
    _erase_own(case_id, erased)
    _erase_jobs(case_id, erased)
    return erased


def _erase_own(case_id: UUID, erased: Erased) -> None:
    versions = DocumentVersion.objects.filter(document__case_id=case_id)
    erased.blobs.update(versions.values_list("blob_id", flat=True))
    ErasurePermit.objects.create(case_id=case_id)
    erased.add("versions", versions.delete()[0])
    erased.add("documents", Document.objects.filter(case_id=case_id).delete()[0])
    ErasurePermit.objects.filter(pk=case_id).delete()
    for kind, model in (
        ("notes", FileNote),
        ("follow_ups", FollowUp),
        ("participants", Participant),
        ("timeline", TimelineEntry),
        ("search", CaseSearchEntry),
    ):
        erased.add(kind, model._default_manager.filter(case_id=case_id).delete()[0])
    Case.objects.filter(pk=case_id).delete()
    erased.add("cases", 1)


def _erase_jobs(case_id: UUID, erased: Erased) -> None:
    """Jobs that are over name the case in their payload; what they failed at stands in their reports."""
    is_over = Q(state__in=[jobs.JobState.DONE, jobs.JobState.DEAD])
    about = Q(payload__contains=str(case_id)) | Q(last_error__contains=str(case_id))
    erased.add("jobs", jobs.Job.objects.filter(is_over, about).delete()[0])
