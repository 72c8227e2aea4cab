"""What the desk deletes when a case is destroyed."""

from __future__ import annotations

from uuid import UUID

from rathaus.casework.models import CoSignature, CounterEntry, TaskDraft
from rathaus.engines.forms import public as forms
from rathaus.engines.records import public as records


def erase(case_id: UUID, erased: records.Erased) -> None:
    """Co-signatures, entries at the counter, and what was typed into tasks. Before the process and its tasks go."""
    erased.add("co_signatures", CoSignature.objects.filter(case_id=case_id).delete()[0])
    entries = CounterEntry.objects.filter(case_id=case_id)
    typed = TaskDraft.objects.filter(task__subject=case_id)
    drafts = [*entries.values_list("draft_id", flat=True), *typed.values_list("draft_id", flat=True)]
    erased.add("entries", entries.delete()[0] + typed.delete()[0])
    counts, hashes = forms.erase_drafts([draft_id for draft_id in drafts if draft_id is not None])
    erased.merge(counts)
    erased.blobs |= hashes


def register_eraser() -> None:
    records.erasers.register(records.CaseEraser("casework", erase))
