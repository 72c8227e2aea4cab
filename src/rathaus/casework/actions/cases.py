"""What a process may do to its case. All of it happens in the transaction that moves the token."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from rathaus.engines.processes.public import Action, ActionContext, BusinessError
from rathaus.engines.records import public as records
from rathaus.identity.public import SYSTEM


@dataclass(frozen=True, kw_only=True)
class SetStateInputs:
    state: str


@dataclass(frozen=True, kw_only=True)
class CloseInputs:
    result: str = ""


@dataclass(frozen=True, kw_only=True)
class NoteInputs:
    text: str


@dataclass(frozen=True, kw_only=True)
class FollowUpInputs:
    text: str
    on: date


@dataclass(frozen=True, kw_only=True)
class DueInputs:
    on: date


def _case(context: ActionContext) -> records.Case:
    return records.case_by_id(context.subject)


def set_state(context: ActionContext, inputs: SetStateInputs, prepared: object) -> None:
    """Move the case to a state. A transition that the records refuse is a business error ``zustand``."""
    try:
        records.set_case_state(actor=SYSTEM, case=_case(context), state=inputs.state)
    except records.TransitionRefused as error:
        raise BusinessError("zustand", str(error)) from error


def close(context: ActionContext, inputs: CloseInputs, prepared: object) -> None:
    """Close the case; z. d. A. and the retention period begin."""
    records.close_case(actor=SYSTEM, case=_case(context), reason=inputs.result)


def add_note(context: ActionContext, inputs: NoteInputs, prepared: object) -> None:
    """Leave a file note in the case."""
    records.add_note(actor=SYSTEM, case=_case(context), text=inputs.text)


def follow_up(context: ActionContext, inputs: FollowUpInputs, prepared: object) -> None:
    """Put the case up for a later day, in the in-tray of its lead unit."""
    case = _case(context)
    records.schedule_follow_up(
        actor=SYSTEM, case=case, due_on=inputs.on, text=inputs.text, unit=case.lead_unit
    )


def set_due(context: ActionContext, inputs: DueInputs, prepared: object) -> None:
    """Set the day by which the applicant may expect the case to be done."""
    records.set_case_due(actor=SYSTEM, case=_case(context), due_on=inputs.on)


ACTIONS = (
    Action(
        name="case.set_state",
        title="Zustand des Vorgangs setzen",
        inputs=SetStateInputs,
        perform=set_state,
        mode="inline",
    ),
    Action(name="case.close", title="Vorgang abschließen", inputs=CloseInputs, perform=close, mode="inline"),
    Action(
        name="case.note", title="Aktenvermerk anlegen", inputs=NoteInputs, perform=add_note, mode="inline"
    ),
    Action(
        name="case.follow_up",
        title="Wiedervorlage anlegen",
        inputs=FollowUpInputs,
        perform=follow_up,
        mode="inline",
    ),
    Action(
        name="case.due", title="Frist des Vorgangs setzen", inputs=DueInputs, perform=set_due, mode="inline"
    ),
)
