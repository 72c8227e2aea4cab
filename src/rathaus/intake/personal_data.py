"""The applications of an account: handed out as their applicant sees them; when the account ends, they stay."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from rathaus.engines.forms import public as forms
from rathaus.engines.records import public as records
from rathaus.identity.public import SYSTEM, AccountExport, AccountHolder, UserAccount, account_holders
from rathaus.intake.models import Application, Inquiry


def export(account: UserAccount, found: AccountExport) -> None:
    """Cases with answers, state, questions, visible timeline and documents; nothing the office keeps for itself."""
    applications = {
        application.case_id: application
        for application in Application.objects.filter(case__applicant=account).select_related("submission")
    }
    found.sections["cases"] = [
        export_case(case, applications.get(case.pk), found)
        for case in records.Case.objects.filter(applicant=account).order_by("opened_at")
    ]


def export_case(case: records.Case, application: Application | None, found: AccountExport) -> dict[str, Any]:
    """One case as its applicant may see it; its documents are added to the files."""
    return {
        "reference": case.case_reference,
        "title": case.title,
        "service": case.case_type,
        "state": case.state,
        "received_at": case.opened_at,
        "decided_at": case.decided_at,
        "applicant": application.applicant if application else {"name": case.applicant_name},
        "answers": application.submission.data if application else {},
        "questions": _questions(case),
        "timeline": [{"at": line.at, "text": line.text} for line in records.visible_timeline_of(case)],
        "documents": _documents(case, found),
    }


def _questions(case: records.Case) -> list[dict[str, Any]]:
    asked = Inquiry.objects.filter(case=case).order_by("asked_at")
    return [{"asked_at": row.asked_at, "text": row.text, "answer": row.answer} for row in asked]


def _documents(case: records.Case, found: AccountExport) -> list[dict[str, Any]]:
    """Each version; a file that the virus scan holds is named, and not handed out."""
    documents = records.Document.objects.filter(case=case, visible_to_applicant=True).prefetch_related(
        "versions"
    )
    held = forms.held_files(version.blob_id for document in documents for version in document.versions.all())
    listed = []
    for document in documents:
        for version in document.versions.all():
            if version.blob_id in held:
                listed.append({"title": document.title, "filed_at": version.created_at, "file": ""})
                continue
            place = f"vorgaenge/{case.case_reference}/{document.pk}-{version.number}-{version.file_name}"
            found.files[place] = version.blob_id
            listed.append({"title": document.title, "filed_at": version.created_at, "file": place})
    return listed


def erase(account: UserAccount) -> set[str]:
    """Cut the link that lets letters go to the inbox; the office is told in its open cases."""
    open_cases = records.Case.objects.filter(applicant=account, filed_on=None)
    for case in open_cases:
        records.add_timeline_entry(actor=SYSTEM, case=case, kind="account_erased")
    Application.objects.filter(account=account).update(account=None)
    return set()


def register() -> None:
    account_holders.register(AccountHolder("cases", _("Applications"), export, erase))
