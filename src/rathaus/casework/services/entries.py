"""Entering an application for somebody at the counter, on the phone or from paper."""

from __future__ import annotations

from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from rathaus.casework.models import CounterEntry
from rathaus.casework.rules import USE_ENTRY
from rathaus.engines.forms import public as forms
from rathaus.identity.public import Actor, policies
from rathaus.intake import public as intake
from rathaus.kernel.public import clock

CHANNELS = (intake.Channel.COUNTER, intake.Channel.PHONE, intake.Channel.PAPER)


class EntryNotFound(LookupError):
    """There is no such entry for this clerk."""


@transaction.atomic
def begin_entry(
    *, actor: Actor, plan: intake.ServicePlan, channel: intake.Channel, language: str
) -> CounterEntry:
    """Begin to enter an application. Raises intake.NotAccepted where the service does not take this channel."""
    policies.check(actor, intake.COUNTER)
    assert actor.account_id is not None  # the policy lets staff in only
    if channel not in CHANNELS or channel.value not in plan.descriptor.channels:
        raise intake.NotAccepted(_("This service does not take applications by this channel."))
    if not plan.service.is_active:
        raise intake.NotAccepted(_("This service is switched off at the moment."))
    # Without a purpose: the clerk's own account does not list it as a draft of theirs.
    started = forms.start_draft(
        actor=actor,
        form_version=plan.version.form_version,
        language=language,
        page=plan.form.pages[0].id,
    )
    return CounterEntry.objects.create(
        service=plan.service,
        channel=channel.value,
        clerk_id=actor.account_id,
        draft=started.draft,
        created_at=clock.now(),
    )


def entry_for(actor: Actor, entry_id: UUID) -> CounterEntry:
    """The clerk's own entry. Raises EntryNotFound."""
    entry = (
        CounterEntry.objects.select_related("service__unit", "draft__form_version", "case__lead_unit")
        .filter(pk=entry_id)
        .first()
    )
    if entry is None or not policies.allows(actor, USE_ENTRY, entry):
        raise EntryNotFound(str(entry_id))
    return entry


def open_entries(actor: Actor) -> list[CounterEntry]:
    """What the clerk has begun and not sent, the latest first."""
    entries = CounterEntry.objects.filter(clerk_id=actor.account_id, case=None, draft__submitted_at=None)
    return list(entries.select_related("service__current", "draft").order_by("-created_at")[:20])


def send_entry(*, actor: Actor, entry: CounterEntry, language: str) -> intake.Receipt:
    """Hand the application in by the one door. Raises intake.InvalidSubmission, intake.NotAccepted."""
    policies.check(actor, USE_ENTRY, entry)
    receipt = intake.receive(
        intake.Envelope(
            service=entry.service.slug,
            data=entry.draft.data,
            channel=intake.Channel(entry.channel),
            token=f"counter:{entry.pk}",
            actor=actor,
            language=language,
            draft=entry.draft,
        )
    )
    CounterEntry.objects.filter(pk=entry.pk).update(case_id=receipt.case_id)
    return receipt


def discard_entry(*, actor: Actor, entry: CounterEntry) -> None:
    """Delete what was entered so far."""
    policies.check(actor, USE_ENTRY, entry)
    if entry.case_id is None:
        forms.discard_draft(actor=actor, draft=entry.draft)
