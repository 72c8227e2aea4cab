"""The only door of the e-file: file plan, dossiers, cases, documents, notes, follow-ups, timeline."""

from __future__ import annotations

from rathaus.engines.records.enums import CaseState, Direction
from rathaus.engines.records.errors import (
    CaseNotFound,
    DocumentNotFound,
    FilePlanEntryUnknown,
    ImmutableVersion,
    NotAssignable,
    TransitionRefused,
)
from rathaus.engines.records.events import (
    CaseAssigned,
    CaseClosed,
    CaseHandedOn,
    CaseOpened,
    CaseStateChanged,
    DocumentFiled,
    FollowUpDue,
)
from rathaus.engines.records.models import (
    Case,
    Document,
    DocumentVersion,
    Dossier,
    FileNote,
    FilePlanEntry,
    FollowUp,
    Participant,
    TimelineEntry,
)
from rathaus.engines.records.queries.cases import (
    Hits,
    case_by_id,
    case_for,
    cases_visible_to,
    found_cases,
    handled_or_own,
    open_cases,
    open_follow_ups,
    own_cases,
    participants_of,
    search_cases,
    within_reach,
)
from rathaus.engines.records.queries.contents import CaseContents, CaseItem, contents_of
from rathaus.engines.records.queries.documents import document_version_for, documents_of, notes_of
from rathaus.engines.records.queries.file_plan import file_plan, file_plan_entry
from rathaus.engines.records.queries.timeline import TimelineLine, latest_in_timeline, timeline_of
from rathaus.engines.records.services.cases import (
    NewParticipant,
    assign_case,
    hand_on_case,
    involve_unit,
    open_case,
    set_case_due,
)
from rathaus.engines.records.services.documents import (
    add_note,
    add_version,
    file_document,
    show_to_applicant,
)
from rathaus.engines.records.services.file_plan import create_file_plan_entry
from rathaus.engines.records.services.follow_ups import complete_follow_up, schedule_follow_up
from rathaus.engines.records.services.states import close_case, reopen_case, set_case_state
from rathaus.engines.records.services.timeline import add_timeline_entry
from rathaus.engines.records.timeline_texts import timeline_texts

__all__ = [
    "Case",
    "CaseAssigned",
    "CaseClosed",
    "CaseContents",
    "CaseHandedOn",
    "CaseItem",
    "CaseNotFound",
    "CaseOpened",
    "CaseState",
    "CaseStateChanged",
    "Direction",
    "Document",
    "DocumentFiled",
    "DocumentNotFound",
    "DocumentVersion",
    "Dossier",
    "FileNote",
    "FilePlanEntry",
    "FilePlanEntryUnknown",
    "FollowUp",
    "FollowUpDue",
    "Hits",
    "ImmutableVersion",
    "NewParticipant",
    "NotAssignable",
    "Participant",
    "TimelineEntry",
    "TimelineLine",
    "TransitionRefused",
    "add_note",
    "add_timeline_entry",
    "add_version",
    "assign_case",
    "case_by_id",
    "case_for",
    "cases_visible_to",
    "close_case",
    "complete_follow_up",
    "contents_of",
    "create_file_plan_entry",
    "document_version_for",
    "documents_of",
    "file_document",
    "file_plan",
    "file_plan_entry",
    "found_cases",
    "hand_on_case",
    "handled_or_own",
    "involve_unit",
    "latest_in_timeline",
    "notes_of",
    "open_case",
    "open_cases",
    "open_follow_ups",
    "own_cases",
    "participants_of",
    "reopen_case",
    "schedule_follow_up",
    "search_cases",
    "set_case_due",
    "set_case_state",
    "show_to_applicant",
    "timeline_of",
    "timeline_texts",
    "within_reach",
]
