"""Letters to whoever applied: addressed by the application, filed in its case, delivered where they look."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path

from django.db import transaction

from rathaus.engines.correspondence import public as correspondence
from rathaus.engines.records import public as records
from rathaus.identity.public import SYSTEM, Actor, UserAccount
from rathaus.intake.models import Application
from rathaus.kernel.public import blobs

_STANDARD_LETTERS = Path(__file__).parent.parent / "letters"


def letter_of(application: Application, key: str) -> correspondence.LetterTemplateVersion:
    """The letter ``key`` of the service version that the application came in with. Raises LookupError."""
    letter = application.service_version.letters.select_related("template_version").filter(key=key).first()
    if letter is None:
        raise LookupError(f"Die Leistung hat keinen Brief „{key}“.")
    return letter.template_version


def standard_letter(name: str) -> correspondence.LetterTemplateVersion:
    """A letter that every service has: ``rueckfrage`` or ``nachricht``."""
    return correspondence.publish_letter(actor=SYSTEM, key=f"intake/{name}", source=_standard_text(name))


@lru_cache
def _standard_text(name: str) -> str:
    return (_STANDARD_LETTERS / f"{name}.md").read_text(encoding="utf-8")


def recipient_of(application: Application) -> correspondence.Recipient:
    """The applicant as addressee; the address as the form or the account gave it."""
    applicant = application.applicant
    address = applicant.get("address") or {}
    fields = ("street", "house_number", "postcode", "city", "addition")
    return correspondence.Recipient(
        name=applicant.get("name") or application.case.applicant_name,
        email=applicant.get("email") or "",
        account_id=application.account_id,
        **{name: str(address.get(name) or "") for name in fields},
    )


def render_for(
    application: Application,
    template_version: correspondence.LetterTemplateVersion,
    context: Mapping[str, object],
    *,
    signer: UserAccount | None = None,
    draft: bool = False,
) -> correspondence.RenderedLetter:
    """The letter about an application as PDF and HTML. Writes nothing; takes some 30 ms, so call it outside atomic.

    Raises correspondence.LetterNotFillable where a value is missing (a draft shows the gap instead).
    """
    case = application.case
    sender = correspondence.sender_for(case.lead_unit, contact=signer.name if signer else "")
    return correspondence.render_letter(
        template_version,
        context,
        sender=sender,
        recipient=recipient_of(application),
        references=correspondence.References(
            file_reference=case.dossier.file_reference, case_reference=case.case_reference
        ),
        signature=correspondence.Signature(signer.name, case.lead_unit.name) if signer else None,
        draft=draft,
    )


@transaction.atomic
def issue_for(
    *,
    actor: Actor,
    application: Application,
    template_version: correspondence.LetterTemplateVersion,
    context: Mapping[str, object],
    rendered: correspondence.RenderedLetter,
    blob: blobs.Blob,
    signer: UserAccount | None = None,
) -> correspondence.Letter:
    """File the letter as a document of the case, record it as issued, and send it on its way.

    ``blob`` is the stored PDF (``blobs.store`` beforehand, outside the transaction).
    """
    case = application.case
    document = records.file_document(
        actor=actor,
        case=case,
        title=rendered.title,
        kind="letter",
        direction="out",
        blob=blob,
        file_name=f"{rendered.title[:80]}.pdf",
        media_type="application/pdf",
        visible_to_applicant=True,
    )
    letter = correspondence.issue_letter(
        actor=actor,
        subject=case.id,
        template_version=template_version,
        context=context,
        pdf=blob,
        html=rendered.html,
        recipient=recipient_of(application),
        title=rendered.title,
        summary=rendered.summary,
        document_id=document.id,
        signed_by=signer,
        reference=case.case_reference,
    )
    correspondence.deliver(actor=actor, letter=letter, account=application.account)
    return letter
