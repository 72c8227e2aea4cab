"""The citizen's own cases, each with one plain sentence that says where it stands."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db.models import Exists, OuterRef, QuerySet, Subquery
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from rathaus.engines.records import public as records
from rathaus.identity.public import Actor
from rathaus.intake import public as intake
from rathaus.kernel.public import clock, text
from rathaus.portal.queries import catalogue

MOVES = ("state_received", "state_in_progress", "state_waiting", "handed_on", "reopened")
ENDED = (records.CaseState.DECIDED, records.CaseState.CLOSED, records.CaseState.WITHDRAWN)


@dataclass(frozen=True, slots=True)
class CaseCard:
    """A case as its applicant sees it. ``action`` is the one obvious next thing to do, empty where there is none."""

    id: UUID
    service: str
    title: str
    reference: str
    unit_name: str
    sentence: str
    badge: str
    badge_kind: str
    has_ended: bool
    has_question: bool


def own_cases(actor: Actor) -> QuerySet[records.Case]:
    """The actor's own applications, newest first, with what the cards need. One query."""
    moves = records.TimelineEntry.objects.filter(case=OuterRef("pk"), kind__in=MOVES).order_by("-at")
    questions = intake.Inquiry.objects.filter(case=OuterRef("pk"), answered_at=None)
    return (
        records.own_cases(actor)
        .select_related("lead_unit", "application__service_version")
        .defer("application__service_version__parts")
        .annotate(moved_at=Subquery(moves.values("at")[:1]), has_question=Exists(questions))
        .order_by("-opened_at", "id")
    )


def card_of(case: records.Case) -> CaseCard:
    """The card of a case from ``own_cases``."""
    has_question = bool(getattr(case, "has_question", False))
    badge, kind = badge_of(case, has_question=has_question)
    return CaseCard(
        id=case.id,
        service=_service_of(case),
        title=case.title,
        reference=case.case_reference,
        unit_name=catalogue.unit_name(case.lead_unit),
        sentence=sentence_of(case, since=getattr(case, "moved_at", None), has_question=has_question),
        badge=badge,
        badge_kind=kind,
        has_ended=case.state in ENDED,
        has_question=has_question,
    )


def _service_of(case: records.Case) -> str:
    application = getattr(case, "application", None)  # a case that no application opened has none
    if application is None:
        return ""
    return catalogue.in_language(catalogue.descriptor_of(application.service_version).title)


def badge_of(case: records.Case, *, has_question: bool) -> tuple[str, str]:
    """A state in a word or two, with the kind of badge."""
    if has_question and case.state not in ENDED:
        return _("Your answer is needed"), "warning"
    return {
        records.CaseState.RECEIVED: (_("received"), "info"),
        records.CaseState.IN_PROGRESS: (_("in progress"), "info"),
        records.CaseState.WAITING: (_("on hold"), "info"),
        records.CaseState.DECIDED: (_("decided"), "success"),
        records.CaseState.CLOSED: (_("completed"), "success"),
        records.CaseState.WITHDRAWN: (_("withdrawn"), "info"),
    }[records.CaseState(case.state)]


def sentence_of(case: records.Case, *, since: datetime | None, has_question: bool) -> str:
    """Who has it, since when, and when it is expected to be done."""
    unit = catalogue.unit_name(case.lead_unit)
    if case.state in ENDED:
        return _ended(case, unit)
    if has_question:
        return _("%(unit)s has a question. As soon as you have answered it, your application goes on.") % {
            "unit": unit
        }
    days = max(0, (clock.today() - _day(since or case.opened_at)).days)
    if case.state == records.CaseState.WAITING:
        sentence = _(
            "Your application is on hold (%(unit)s) until something that it needs has arrived. "
            "If you have to do anything, your inbox says so."
        )
    elif days == 0:
        sentence = _("Your application has been with this office since today: %(unit)s.")
    elif days == 1:
        sentence = _("Your application has been with this office since yesterday: %(unit)s.")
    else:
        sentence = ngettext(
            "Your application has been with this office for %(days)s day: %(unit)s.",
            "Your application has been with this office for %(days)s days: %(unit)s.",
            days,
        )
    return f"{sentence % {'unit': unit, 'days': days}} {expected(case)}".strip()


def expected(case: records.Case) -> str:
    """When it will probably be done, as a sentence; an honest one where that day has passed."""
    if case.due_on is None:
        return ""
    if case.due_on < clock.today():
        return _("It takes longer than we had planned; we are sorry for the delay.")
    return _("It will probably be done by %(day)s.") % {"day": _shown(case.due_on)}


def _ended(case: records.Case, unit: str) -> str:
    if case.state == records.CaseState.WITHDRAWN:
        return _("You took this application back. You need not do anything more.")
    if case.decided_at is not None:
        return _(
            "Decided on %(day)s (%(unit)s). You find the decision in your inbox and among the documents."
        ) % {
            "day": _shown(_day(case.decided_at)),
            "unit": unit,
        }
    return _("This application is completed (%(unit)s).") % {"unit": unit}


def _day(moment: datetime) -> date:
    return timezone.localtime(moment).date()


def _shown(day: date) -> str:
    return text.format_date(day, catalogue.language())
