"""``receive``: the only way in."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from rathaus.engines.forms import public as forms
from rathaus.engines.processes import public as processes
from rathaus.engines.records import public as records
from rathaus.identity.public import SYSTEM, Actor, AssuranceLevel, UserAccount
from rathaus.intake.enums import Channel
from rathaus.intake.events import ApplicationReceived
from rathaus.intake.models import Application
from rathaus.intake.queries.plans import ServicePlan, plan_for
from rathaus.intake.rules import applicant_of, case_title, is_trusted_enough, person_context
from rathaus.intake.services.attachments import file_uploads
from rathaus.kernel.public import audit, clock, events, maintenance, timelimits


@dataclass(frozen=True, kw_only=True)
class Envelope:
    """What reached the town: canonical form ``data`` for a ``service``, and how it came.

    ``token`` makes the reception idempotent: the sender keeps it until there is a receipt (at most 64 characters).
    It counts for one service and one account only: to anybody else it opens no receipt.
    ``fingerprint`` (at most 64 characters) tells apart what is sent under one token, where the sender may err: other
    content under a known token is refused instead of answered with the receipt of something else.
    ``draft`` is the draft that the data were collected in; its uploads become documents.
    """

    service: str
    data: Mapping[str, Any]
    channel: Channel
    token: str
    actor: Actor
    language: str = "de"
    account: UserAccount | None = None
    draft: forms.Draft | None = None
    fingerprint: str = ""


@dataclass(frozen=True, kw_only=True)
class Receipt:
    """What the applicant gets: proof that it is stored, and what comes next."""

    application_id: UUID
    case_id: UUID
    case_reference: str
    service: str
    title: str
    received_at: datetime
    due_on: date | None
    is_repeated: bool = field(default=False, compare=False)


class NotAccepted(ValueError):
    """The town does not take this application by this channel now; the text says why and what to do."""


class HeldBack(NotAccepted):
    """The town hall is being worked on: nothing is wrong, only not now."""


class TokenReused(NotAccepted):
    """The token stands for another submission already: other data, another service or another sender."""


class InvalidSubmission(ValueError):
    """The data have errors; ``errors`` name each field."""

    def __init__(self, errors: tuple[forms.FieldError, ...]) -> None:
        super().__init__("; ".join(f"{error.path}: {error.message}" for error in errors))
        self.errors = errors


def receive(envelope: Envelope) -> Receipt:
    """Validate, open the case, file, start the process and return the receipt, in one transaction.

    Raises NotAccepted, InvalidSubmission, or blueprints.ServiceUnknown; then nothing is stored.
    """
    known = _receipt_of(envelope)
    if known is not None:
        return known
    _refuse_during_maintenance()
    plan = plan_for(envelope.service)
    _refuse_unwanted(plan, envelope)
    validation = plan.form.validate(envelope.data, language=envelope.language, strict=envelope.draft is None)
    if not validation.ok:
        raise InvalidSubmission(validation.errors)
    try:
        with transaction.atomic():
            return _store(plan, envelope, validation.data)
    except (forms.UploadMissing, IntegrityError) as fault:
        known = _receipt_of(
            envelope
        )  # another worker was faster with the same token and took the files as well
        if known is not None:
            return known
        if isinstance(fault, IntegrityError):
            raise
        message = _("A file is no longer there. Please choose it again and send once more.")
        raise NotAccepted(message) from None


def _receipt_of(envelope: Envelope) -> Receipt | None:
    """The receipt of an envelope that came before. Raises TokenReused where the token stands for something else."""
    sent = Application.objects.filter(token=envelope.token)
    if not sent.exists():  # as a rule; the whole row is wanted only when somebody sends again
        return None
    application = sent.select_related("case", "service_version__service").get()
    account_id = envelope.account.pk if envelope.account else None
    if (application.service_version.service.slug, application.account_id) != (envelope.service, account_id):
        raise TokenReused(_("This has been sent before, for another service or from another account."))
    if application.fingerprint and envelope.fingerprint and application.fingerprint != envelope.fingerprint:
        raise TokenReused(
            _("This key was used for other data already. Nothing was stored now; use a new key for new data.")
        )
    return receipt_of(application, is_repeated=True)


def receipt_of(application: Application, *, is_repeated: bool = False) -> Receipt:
    """The receipt of a stored application."""
    case = application.case
    return Receipt(
        application_id=application.id,
        case_id=case.id,
        case_reference=case.case_reference,
        service=application.service_version.service.slug,
        title=case.title,
        received_at=application.received_at,
        due_on=case.due_on,
        is_repeated=is_repeated,
    )


def _refuse_during_maintenance() -> None:
    if maintenance.state().is_on:
        raise HeldBack(
            _(
                "The town hall is being worked on. Your application has been kept but not sent. "
                "Please send it again later; the note at the top says until when."
            )
        )


def _refuse_unwanted(plan: ServicePlan, envelope: Envelope) -> None:
    if not plan.service.is_active:
        raise NotAccepted(
            _("This service is switched off at the moment. The service page says what you can do.")
        )
    if envelope.channel not in plan.descriptor.channels:
        raise NotAccepted(_("This service does not take applications by this channel."))
    needed = AssuranceLevel(plan.descriptor.assurance)
    if envelope.channel is Channel.ONLINE and not is_trusted_enough(envelope.actor, needed):
        raise NotAccepted(_("Please sign in first. This service needs to know who you are."))


def _store(plan: ServicePlan, envelope: Envelope, data: Mapping[str, Any]) -> Receipt:
    now = clock.now()
    context = {
        "antrag": plan.form.feel_context(data),
        "person": person_context(envelope.account),
        "heute": now.date(),
    }
    applicant = applicant_of(plan.descriptor, context, envelope.account)
    submission = forms.record_submission(
        form_version=plan.version.form_version,
        data=data,
        language=envelope.language,
        draft=envelope.draft,
        actor=envelope.actor,
    )
    case = records.open_case(
        actor=envelope.actor,
        case_type=plan.service.slug,
        title=case_title(plan.descriptor, context),
        plan_entry=plan.file_plan_entry,
        unit=plan.service.unit,
        applicant=envelope.account,
        applicant_name=applicant["name"],
        channel=envelope.channel.value,
        due_on=timelimits.add_working_days(now.date(), plan.descriptor.target_working_days),
        retention_years=plan.descriptor.retention_years,
        opened_at=now,
    )
    _protect(plan, case, envelope.account)
    if forms.has_files(data):
        file_uploads(actor=envelope.actor, case=case, uploads=forms.uploads_of(submission))
    application = Application.objects.create(
        case=case,
        service_version=plan.version,
        submission=submission,
        account=envelope.account,
        channel=envelope.channel,
        token=envelope.token,
        fingerprint=envelope.fingerprint,
        applicant=applicant,
        received_at=now,
    )
    processes.start_process(
        actor=envelope.actor,
        version=plan.version.process_version,
        subject=case.id,
        routing=plan.routing,
        access_set=case.access_set_id if case.is_protected else None,
    )
    _note_reception(plan, envelope, application)
    return receipt_of(application)


def _note_reception(plan: ServicePlan, envelope: Envelope, application: Application) -> None:
    audit.append(
        actor=envelope.actor.audit_name,
        action="intake.received",
        subject=f"records.case:{application.case_id}",
        details={
            "service": plan.service.slug,
            "version": plan.version.version,
            "channel": envelope.channel.value,
        },
    )
    events.emit(ApplicationReceived(application_id=application.id, case_id=application.case_id))


def _protect(plan: ServicePlan, case: records.Case, account: UserAccount | None) -> None:
    """Close the circle before anybody sees the case, where the service or the person asks for it."""
    if account is not None and account.has_information_block:
        records.protect_case(actor=SYSTEM, case=case, origin=records.Protection.BLOCK)
    elif plan.descriptor.protected:
        records.protect_case(actor=SYSTEM, case=case, origin=records.Protection.SERVICE)
