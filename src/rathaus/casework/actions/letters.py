"""What a process may send to the applicant."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from rathaus.casework.services.signing import may_sign_amount, signer_of
from rathaus.engines.correspondence import public as correspondence
from rathaus.engines.processes.public import Action, ActionContext, BusinessError
from rathaus.identity.public import SYSTEM, UserAccount
from rathaus.intake import public as intake
from rathaus.kernel.public import blobs


@dataclass(frozen=True, kw_only=True)
class IssueInputs:
    letter: str
    amount: Decimal | None = None


@dataclass(frozen=True, kw_only=True)
class IssueOutputs:
    brief_id: str
    titel: str


@dataclass(frozen=True, kw_only=True)
class MessageInputs:
    title: str
    text: str


@dataclass(frozen=True)
class _Prepared:
    """A letter made outside the transaction: rendered, and its PDF stored."""

    application: intake.Application
    template_version: correspondence.LetterTemplateVersion
    context: Mapping[str, object]
    rendered: correspondence.RenderedLetter
    blob: blobs.Blob
    signer: UserAccount | None


def prepare_letter(context: ActionContext, inputs: IssueInputs) -> _Prepared:
    """Render the letter and store its PDF; signed by whoever decided (or co-signed), if its text wants a signature.

    Raises BusinessError ``zeichnung`` where the amount is above what that person may sign.
    """
    application = intake.application_of(context.subject)
    values = {**intake.feel_context(application), **context.variables}
    letter = intake.letter_of(application, inputs.letter)
    signer = signer_of(context.subject, letter, amount=inputs.amount)
    if signer is not None and not may_sign_amount(signer, letter, inputs.amount):
        raise BusinessError("zeichnung", "Der Betrag ist höher, als die Zeichnungsbefugnis reicht.")
    return _prepare(application, letter, values, signer)


def issue_letter(context: ActionContext, inputs: IssueInputs, prepared: _Prepared) -> IssueOutputs:
    """File, record and deliver the prepared letter."""
    letter = _issue(prepared)
    return IssueOutputs(brief_id=str(letter.id), titel=letter.title)


def prepare_message(context: ActionContext, inputs: MessageInputs) -> _Prepared | None:
    """Without an account there is no inbox, so that the message becomes a letter."""
    application = intake.application_of(context.subject)
    if application.account is not None:
        return None
    values = {**intake.feel_context(application), "titel": inputs.title, "text": inputs.text}
    return _prepare(application, intake.standard_letter("nachricht"), values, None)


def send_message(context: ActionContext, inputs: MessageInputs, prepared: _Prepared | None) -> None:
    """Put a plain message into the applicant's inbox, or send it as a letter."""
    if prepared is not None:
        _issue(prepared)
        return
    application = intake.application_of(context.subject)
    assert application.account is not None  # prepare_message looked
    correspondence.send_message(
        actor=SYSTEM,
        account=application.account,
        subject=context.subject,
        title=inputs.title,
        text=inputs.text,
    )


def _prepare(
    application: intake.Application,
    template_version: correspondence.LetterTemplateVersion,
    values: Mapping[str, object],
    signer: UserAccount | None,
) -> _Prepared:
    rendered = intake.render_for(application, template_version, values, signer=signer)
    blob = blobs.store(rendered.pdf, "application/pdf")
    return _Prepared(application, template_version, values, rendered, blob, signer)


def _issue(prepared: _Prepared) -> correspondence.Letter:
    return intake.issue_for(
        actor=SYSTEM,
        application=prepared.application,
        template_version=prepared.template_version,
        context=prepared.context,
        rendered=prepared.rendered,
        blob=prepared.blob,
        signer=prepared.signer,
    )


ACTIONS = (
    Action(
        name="letter.issue",
        title="Brief erlassen",
        inputs=IssueInputs,
        outputs=IssueOutputs,
        prepare=prepare_letter,
        perform=issue_letter,
        mode="job",
    ),
    Action(
        name="message.send",
        title="Nachricht ins Postfach legen",
        inputs=MessageInputs,
        prepare=prepare_message,
        perform=send_message,
        mode="job",
    ),
)
