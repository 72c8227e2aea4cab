"""A file that lies here already turns out to be infected: the office and whoever sent it are told."""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext as _

from rathaus.engines.correspondence import public as correspondence
from rathaus.engines.forms import public as forms
from rathaus.engines.records import public as records
from rathaus.identity.public import SYSTEM, UserAccount
from rathaus.kernel.public import clock

KIND = "file_infected"


@transaction.atomic
def report_infected_file(*, sha256: str) -> None:
    """Write it into each case that holds the file, put the case up for today, and ask for the document anew.

    Documents stay in the file, where nobody can open them. Told once, however often this runs.
    """
    versions = records.DocumentVersion.objects.filter(blob_id=sha256).select_related(
        "document__case__applicant"
    )
    for version in versions.order_by("pk"):
        _report(version.document, version.file_name)
    open_uploads = forms.Upload.objects.filter(blob_id=sha256, draft__submitted_at=None, submission=None)
    for upload in open_uploads.exclude(draft=None).select_related("draft__owner"):
        assert upload.draft is not None
        _tell(upload.draft.owner, f"infected-upload:{upload.pk}", upload.file_name)


def _report(document: records.Document, file_name: str) -> None:
    case = document.case
    known = records.TimelineEntry.objects.filter(case=case, kind=KIND)
    if known.filter(details__document=str(document.pk)).exists():
        return
    records.add_timeline_entry(
        actor=SYSTEM,
        case=case,
        kind=KIND,
        details={"title": document.title, "document": str(document.pk)},
        visible_to_applicant=document.visible_to_applicant,
    )
    text = _("Virus in “%(file)s”: ask for the document anew. Nobody can open it.") % {"file": document.title}
    records.schedule_follow_up(actor=SYSTEM, case=case, due_on=clock.today(), text=text)
    if document.visible_to_applicant:
        _tell(case.applicant, f"infected:{document.pk}", file_name, case)


def _tell(account: UserAccount | None, key: str, file_name: str, case: records.Case | None = None) -> None:
    if account is None:
        return
    text = _(
        "The virus scan has found harmful software in “%(file)s”. The file is locked: nobody can open it, and it"
        " harms nobody here. Please check your device for viruses and send us the document anew."
    )
    correspondence.send_message(
        actor=SYSTEM,
        account=account,
        subject=case.pk if case else None,
        title=_("Please send a document anew"),
        text=text % {"file": file_name},
        key=key,
    )
