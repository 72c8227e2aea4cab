"""What intake deletes when a case is destroyed: the application with everything that hangs on it in other engines."""

from __future__ import annotations

from uuid import UUID

from rathaus.engines.correspondence import public as correspondence
from rathaus.engines.forms import public as forms
from rathaus.engines.processes import public as processes
from rathaus.engines.records import public as records
from rathaus.intake.models import Application, Inquiry


def erase(case_id: UUID, erased: records.Erased) -> None:
    """Application, data, files, questions, process, letters. Inside the transaction that destroys the case."""
    erased.add("inquiries", Inquiry.objects.filter(case_id=case_id).delete()[0])
    applications = Application.objects.filter(case_id=case_id)
    submissions = list(applications.values_list("submission_id", flat=True))
    erased.add("applications", applications.delete()[0])
    for counts, hashes in (forms.erase_submissions(submissions), correspondence.erase_letters(case_id)):
        erased.merge(counts)
        erased.blobs |= hashes
    erased.merge(processes.erase_instances(case_id))


def register_eraser() -> None:
    records.erasers.register(records.CaseEraser("intake", erase))
