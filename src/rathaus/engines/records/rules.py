"""Who may do what with a case, and which way a case may go."""

from __future__ import annotations

from types import MappingProxyType

from rathaus.engines.records.enums import CaseState, Direction
from rathaus.engines.records.models import Case
from rathaus.engines.records.queries.access import has_access, is_applicant
from rathaus.identity.public import Actor, Role, policies

TRANSITIONS = MappingProxyType(
    {
        CaseState.RECEIVED: frozenset(
            {
                CaseState.IN_PROGRESS,
                CaseState.WAITING,
                CaseState.DECIDED,
                CaseState.WITHDRAWN,
                CaseState.CLOSED,
            }
        ),
        CaseState.IN_PROGRESS: frozenset(
            {CaseState.WAITING, CaseState.DECIDED, CaseState.WITHDRAWN, CaseState.CLOSED}
        ),
        CaseState.WAITING: frozenset(
            {CaseState.IN_PROGRESS, CaseState.DECIDED, CaseState.WITHDRAWN, CaseState.CLOSED}
        ),
        # An objection takes a decided case up again.
        CaseState.DECIDED: frozenset({CaseState.IN_PROGRESS, CaseState.CLOSED}),
        CaseState.WITHDRAWN: frozenset({CaseState.CLOSED}),
        # Only by reopen_case, which ends the retention period.
        CaseState.CLOSED: frozenset(),
    }
)
ENDED = frozenset({CaseState.CLOSED, CaseState.WITHDRAWN})


def may_change(state: str, target: CaseState) -> bool:
    """Whether a case may go from one state to another."""
    return target in TRANSITIONS[CaseState(state)]


def may_open(actor: Actor, unit: object) -> bool:
    """Anybody: an application is received from whoever hands it in; the door decides on the channel."""
    return True


def may_read(actor: Actor, case: Case) -> bool:
    return is_applicant(actor, case) or has_access(actor, case)


def may_edit(actor: Actor, case: Case) -> bool:
    return case.state != CaseState.CLOSED and has_access(actor, case)


def may_reopen(actor: Actor, case: Case) -> bool:
    return case.state == CaseState.CLOSED and has_access(actor, case)


def may_file(actor: Actor, wanted: tuple[Case, str]) -> bool:
    """Staff of the case; whoever is opening it; and the applicant, but incoming documents only."""
    case, direction = wanted
    if case.is_being_opened or (direction == Direction.IN and is_applicant(actor, case)):
        return True
    return may_edit(actor, case)


def may_set_state(actor: Actor, wanted: tuple[Case, CaseState]) -> bool:
    """Staff of the case. The applicant may withdraw, and answering ends the waiting."""
    case, target = wanted
    if is_applicant(actor, case):
        answered = case.state == CaseState.WAITING and target == CaseState.IN_PROGRESS
        return answered or target == CaseState.WITHDRAWN
    return may_edit(actor, case)


def may_write_timeline(actor: Actor, case: Case) -> bool:
    return case.is_being_opened or is_applicant(actor, case) or has_access(actor, case)


def may_manage_file_plan(actor: Actor, obj: object = None) -> bool:
    return actor.has_role(Role.ADMINISTRATOR)


def may_hold(actor: Actor, case: Case) -> bool:
    """Whoever handles the case, also when it is closed."""
    return has_access(actor, case)


def may_protect(actor: Actor, case: Case) -> bool:
    """The head of the unit that leads the case."""
    return case.lead_unit_id in actor.headed_unit_ids and has_access(actor, case)


def may_mark_block(actor: Actor, obj: object = None) -> bool:
    """Whoever works in the resident registration (Meldewesen)."""
    return actor.has_role(Role.RESIDENT_REGISTRATION)


def may_see_reads(actor: Actor, obj: object = None) -> bool:
    """The list of all readings: administration and data protection."""
    return actor.has_role(Role.ADMINISTRATOR) or actor.has_role(Role.DATA_PROTECTION)


def may_dispose(actor: Actor, unit_id: int | None = None) -> bool:
    """The records management for the whole town, the head for the files of the units below them."""
    if actor.has_role(Role.RECORDS_MANAGER):
        return True
    return unit_id is not None and unit_id in actor.headed_unit_ids


def register_policies() -> None:
    policies.register("records.hold", may_hold)
    policies.register("records.dispose", may_dispose)
    policies.register("records.protect_case", may_protect)
    policies.register("records.mark_block", may_mark_block)
    policies.register("records.see_reads", may_see_reads)
    policies.register("records.open_case", may_open)
    policies.register("records.read_case", may_read)
    policies.register("records.edit_case", may_edit)
    policies.register("records.assign_case", may_edit)
    policies.register("records.hand_on_case", may_edit)
    policies.register("records.close_case", may_edit)
    policies.register("records.reopen_case", may_reopen)
    policies.register("records.file_document", may_file)
    policies.register("records.set_case_state", may_set_state)
    policies.register("records.write_timeline", may_write_timeline)
    policies.register("records.manage_file_plan", may_manage_file_plan)
