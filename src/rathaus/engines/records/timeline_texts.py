"""The words of the timeline: each kind of entry has one text for staff and one for the applicant."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from django.utils.functional import Promise
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from rathaus.kernel.public import registry, text

Text = str | Promise


@dataclass(frozen=True)
class TimelineText:
    """Texts with placeholders of the entry's details, as in ``"Document filed: {title}"``."""

    kind: str
    staff: Text
    citizen: Text

    def render(self, details: Mapping[str, object], *, for_applicant: bool) -> str:
        template = str(self.citizen if for_applicant else self.staff)
        return template.format_map(_Details(details)).rstrip(" :")


class _Details(dict[str, object]):
    """Days are written out in the active language; what an old entry lacks leaves a gap, not an error."""

    def __getitem__(self, key: str) -> object:
        value = self.get(key, "…")
        if key.endswith(("_on", "_until")):
            return _day(value)
        return value


def _day(value: object) -> object:
    if value is None:
        return "–"
    try:
        return text.format_date(date.fromisoformat(str(value)), get_language() or "de")
    except ValueError:
        return value


class TimelineTexts:
    """``timeline_texts.register("assigned", staff=_("…"), citizen=_("…"))``, in apps.ready."""

    def __init__(self) -> None:
        self._texts: registry.Registry[TimelineText] = registry.Registry(
            "timeline text", key=lambda entry: entry.kind
        )

    def register(self, kind: str, *, staff: Text, citizen: Text | None = None) -> None:
        """Without a text of their own, applicants read that of the staff."""
        self._texts.register(TimelineText(kind, staff, staff if citizen is None else citizen))

    def render(self, kind: str, details: Mapping[str, object], *, for_applicant: bool) -> str:
        """The line's words in the active language; the bare kind where nobody has given it words."""
        found = self._texts.find(kind)
        return kind if found is None else found.render(details, for_applicant=for_applicant)

    def kinds(self) -> tuple[str, ...]:
        return self._texts.keys()


timeline_texts = TimelineTexts()


def register_own() -> None:
    """The kinds that the records write themselves."""
    say = timeline_texts.register
    say("opened", staff=_("Case opened ({case_type})"), citizen=_("We have received your application."))
    say("document_filed", staff=_("Document filed: {title}"), citizen=_("Document: {title}"))
    say(
        "version_added",
        staff=_("Version {number} filed: {title}"),
        citizen=_("New version of a document: {title}"),
    )
    say("note_added", staff=_("File note written"))
    say(
        "assigned",
        staff=_("Assigned to {assignee}"),
        citizen=_("A person in the office is now responsible for your application."),
    )
    say("unassigned", staff=_("Assignment removed"))
    say(
        "handed_on",
        staff=_("Handed on from {from_unit} to {unit}: {note}"),
        citizen=_("Your application was handed on to: {unit}"),
    )
    say(
        "unit_involved",
        staff=_("Also working on it: {unit}"),
        citizen=_("Also working on your application: {unit}"),
    )
    say("follow_up_scheduled", staff=_("Follow-up on {due_on}: {text}"))
    say("follow_up_done", staff=_("Follow-up done: {text}"))
    say("due_changed", staff=_("New due date: {due_on}"))
    say("state_received", staff=_("State: received"), citizen=_("Your application has arrived."))
    say(
        "state_in_progress",
        staff=_("State: in progress"),
        citizen=_("We are working on your application."),
    )
    say(
        "state_waiting",
        staff=_("State: waiting for an answer"),
        citizen=_("We are waiting for an answer before we can go on."),
    )
    say("state_decided", staff=_("State: decided"), citizen=_("Your application has been decided."))
    say("state_withdrawn", staff=_("State: withdrawn"), citizen=_("The application was withdrawn."))
    say(
        "closed",
        staff=_("Case closed and filed; kept until {retain_until}"),
        citizen=_("Your application is completed."),
    )
    say(
        "reopened",
        staff=_("Case opened again: {reason}"),
        citizen=_("We are looking at your application again."),
    )
    say("hold_placed", staff=_("Kept from deletion (hold)"))
    say("hold_lifted", staff=_("Hold lifted"))
    say("protected", staff=_("Especially protected from now on"))
    say("protection_changed", staff=_("Circle of readers changed"))
    say("protection_lifted", staff=_("No longer especially protected"))
    say("disclosed", staff=_("Disclosed to a third party: {recipient}"))
    say("disclosure_refused", staff=_("Disclosure to a third party refused: {recipient}"))
