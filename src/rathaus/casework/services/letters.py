"""Letters from the desk: the preview of what a decision sends, and letters outside the process."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from rathaus.blueprints import public as blueprints
from rathaus.casework.rules import WORK
from rathaus.casework.services.signing import signer_of
from rathaus.casework.services.tasks import SignatureMissing
from rathaus.engines.correspondence import public as correspondence
from rathaus.engines.processes import public as processes
from rathaus.identity.public import Actor, UserAccount, policies
from rathaus.intake import public as intake
from rathaus.kernel.public import blobs

FREE = "nachricht"
"""The key of the letter with a text of one's own, which every service has."""


@dataclass(frozen=True)
class LetterChoice:
    """A letter of the service, by its key, with the title as its template has it."""

    key: str
    title: str


@dataclass(frozen=True)
class Draft:
    """A letter before it is issued: its template, and what it reads."""

    template_version: correspondence.LetterTemplateVersion
    values: Mapping[str, object]


def letters_of_service(version: blueprints.ServiceVersion) -> list[LetterChoice]:
    """The letters that the service knows, and the one with a text of one's own."""
    known = version.letters.select_related("template_version__template").order_by("key")
    return [
        LetterChoice(FREE, _("Letter with your own text")),
        *(LetterChoice(letter.key, _title(letter.template_version)) for letter in known),
    ]


def _title(template_version: correspondence.LetterTemplateVersion) -> str:
    letter = correspondence.compiled(template_version)
    pieces = letter.title.get((get_language() or "de")[:2]) or letter.title["de"]
    return "".join(getattr(piece, "text", "…") for piece in pieces)


def free_letter(application: intake.Application, *, title: str, text: str) -> Draft:
    """The letter with a text of one's own."""
    values = {**intake.feel_context(application), "titel": title, "text": text}
    return Draft(intake.standard_letter(FREE), values)


def service_letter(application: intake.Application, key: str) -> Draft:
    """A letter of the service with what is known of the case so far. Raises LookupError."""
    values = {**intake.feel_context(application), **processes.context_of(application.case_id)}
    return Draft(intake.letter_of(application, key), values)


def render_preview(
    application: intake.Application, draft: Draft, *, worker: UserAccount
) -> correspondence.RenderedLetter:
    """The letter as it would be sent, marked as a draft; what is missing stands in brackets. Writes nothing."""
    signer = signer_of(application.case_id, draft.template_version, worker)
    return intake.render_for(application, draft.template_version, draft.values, signer=signer, draft=True)


def issue(
    *, actor: Actor, application: intake.Application, draft: Draft, worker: UserAccount
) -> correspondence.Letter:
    """Issue a letter outside the process. Raises SignatureMissing, correspondence.LetterNotFillable."""
    policies.check(actor, WORK, application.case)
    signer = signer_of(application.case_id, draft.template_version, worker)
    if signer == worker and not correspondence.may_sign(actor, draft.template_version):
        raise SignatureMissing(_("You may not sign this letter. Ask for a co-signature first."))
    rendered = intake.render_for(application, draft.template_version, draft.values, signer=signer)
    blob = blobs.store(rendered.pdf, "application/pdf")
    return intake.issue_for(
        actor=actor,
        application=application,
        template_version=draft.template_version,
        context=draft.values,
        rendered=rendered,
        blob=blob,
        signer=signer,
    )
