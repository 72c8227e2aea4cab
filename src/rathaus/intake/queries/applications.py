"""Reading applications."""

from __future__ import annotations

import statistics
from collections.abc import Mapping
from uuid import UUID

from django.db.models import QuerySet
from django.utils import timezone

from rathaus.engines.forms import public as forms
from rathaus.engines.processes import public as processes
from rathaus.engines.records import public as records
from rathaus.identity.public import Actor, remember_open
from rathaus.intake.models import Application, Inquiry
from rathaus.kernel.public import clock

_SAMPLE = 200


def _complete() -> QuerySet[Application]:
    """Applications with all that letters, pages and FEEL read of them, in one query."""
    complete = Application.objects.select_related(
        "case__lead_unit",
        "case__dossier",
        "case__assignee",
        "account",
        "service_version__service",
        "submission__form_version",
    )
    # Long, and read from memory: forms are kept compiled, the blueprint's files are for comparing installations.
    return complete.defer("service_version__parts", "submission__form_version__content")


def application_of(case_id: UUID) -> Application:
    """The application of a case, without asking for rights: for code that acts for the house or asked before."""
    return _complete().get(case_id=case_id)


def application_by_id(application_id: UUID) -> Application:
    """The application of an id, without asking for rights."""
    return _complete().get(pk=application_id)


def application_for(actor: Actor, case_id: UUID) -> Application:
    """The application of a case that ``actor`` handles or made. Raises records.CaseNotFound."""
    known = records.handled_or_own(actor, "case__")
    try:
        application = _complete().filter(known).get(case_id=case_id)
    except Application.DoesNotExist:
        raise records.CaseNotFound(case_id) from None
    if actor.is_staff and application.case.applicant_id != actor.account_id:
        remember_open(actor, application.case.access_set_id)
    return application


def inquiries_of(case_id: UUID) -> list[Inquiry]:
    """The questions to the applicant of a case, oldest first."""
    return list(Inquiry.objects.filter(case_id=case_id).select_related("asked_by"))


def expects_reply(case_id: UUID) -> bool:
    """Whether the office waits for an answer of the applicant: to a person's question, or to the process's."""
    asked = Inquiry.objects.filter(case_id=case_id, answered_at=None).exists()
    return asked or processes.awaits_message(case_id, "antwort")


def open_inquiry_counts(actor: Actor) -> Mapping[UUID, int]:
    """How many questions wait for the applicant's answer, by case, in the cases that ``actor`` may see."""
    rows = Inquiry.objects.filter(answered_at=None, case__in=records.cases_visible_to(actor)).values_list(
        "case_id", flat=True
    )
    counts: dict[UUID, int] = {}
    for case_id in rows:
        counts[case_id] = counts.get(case_id, 0) + 1
    return counts


def typical_duration_days(slug: str) -> int | None:
    """The median of days from receipt to decision over the latest decided cases; None while there are under five."""
    rows = (
        records.Case.objects.filter(case_type=slug, decided_at__isnull=False)
        .order_by("-decided_at")
        .values_list("opened_at", "decided_at")[:_SAMPLE]
    )
    days = [(decided - opened).total_seconds() / 86_400 for opened, decided in rows if decided]
    return max(1, round(statistics.median(days))) if len(days) >= 5 else None


_READ_BY_FEEL = (
    Application.objects.select_related("case__lead_unit", "case__dossier", "submission__form_version")
    .only(
        "channel", "received_at", "applicant", "submission__data", "submission__form_version__id",
        "case__case_reference", "case__title", "case__lead_unit__name", "case__dossier__file_reference",
    )
)  # fmt: skip
"""No more columns than `feel_context` reads: it runs at every step of every process."""


class ApplicationData:
    """The ``SubjectData`` of processes: what FEEL may read of a case."""

    def context(self, subject: UUID) -> Mapping[str, object]:
        """``antrag``, ``vorgang``, ``person`` and ``heute`` of the case with id ``subject``."""
        return feel_context(_READ_BY_FEEL.get(case_id=subject))


def feel_context(application: Application) -> dict[str, object]:
    """What processes and letters read of a case. Dates are dates, numbers Decimals."""
    case = application.case
    form = forms.compiled(application.submission.form_version)
    return {
        "antrag": form.feel_context(application.submission.data),
        "vorgang": {
            "aktenzeichen": case.dossier.file_reference,
            "referenz": case.case_reference,
            "titel": case.title,
            "eingang": timezone.localtime(application.received_at).date(),
            "kanal": application.channel,
            "dienststelle": case.lead_unit.name,
        },
        "person": dict(application.applicant),
        "heute": clock.today(),
    }
