"""The way of a case for its applicant: what was, where it stands, what comes next."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from rathaus.engines.records import public as records
from rathaus.portal.queries import catalogue
from rathaus.portal.queries.cases import ENDED, MOVES, expected

_ICONS = {
    "opened": "mail",
    "document_filed": "draft",
    "inquiry_sent": "help",
    "inquiry_answered": "check",
    "documents_added": "draft",
    "state_decided": "success",
    "closed": "check",
    "withdrawn": "close",
}


@dataclass(frozen=True, slots=True)
class JourneyStep:
    """A line of the timeline as ``kern_timeline`` shows it; ``state`` is "", "current" or "upcoming"."""

    text: str
    at: datetime | None = None
    actor_name: str = ""
    detail: str = ""
    icon: str = ""
    state: str = ""


def moved_at(lines: Sequence[records.TimelineLine]) -> datetime | None:
    """When the case last changed its place or state."""
    return next((line.at for line in reversed(lines) if line.kind in MOVES), None)


def journey_of(
    lines: Sequence[records.TimelineLine], case: records.Case, *, has_question: bool
) -> list[JourneyStep]:
    """The applicant's timeline, then who has it now, then what is to come."""
    steps = [
        JourneyStep(
            text=line.text,
            at=line.at,
            detail=str(line.details.get("text", "")) if line.kind.startswith("inquiry_") else "",
            icon=_ICONS.get(line.kind, ""),
        )
        for line in lines
    ]
    return steps + _ahead(case, has_question)


def _ahead(case: records.Case, has_question: bool) -> list[JourneyStep]:
    if case.state in ENDED:
        return []
    unit = {"unit": catalogue.unit_name(case.lead_unit)}
    now = _("Now: your answer is needed") if has_question else _("Now with: %(unit)s") % unit
    return [
        JourneyStep(now, icon="arrow-forward", state="current"),
        JourneyStep(_("Next: decision, and word to you"), detail=expected(case), state="upcoming"),
    ]
