"""Service tasks: actions done at once or by a job, their inputs, results, errors and repetitions."""

from __future__ import annotations

import logging
import secrets
from collections.abc import Mapping
from dataclasses import asdict, is_dataclass

from django.db import transaction

import feel

from ..actions import Action, ActionContext, BusinessError, InvalidInput, actions, build_inputs
from ..bpmn.model import Element, Kind
from ..enums import HistoryKind, IncidentKind, TokenState
from ..models import Token
from .core import NOTHING, complete, handles
from .errors import throw
from .opening import performing
from .problems import Problem, raise_incident
from .run import LazyContext, Run, Running

logger = logging.getLogger(__name__)

MAX_ATTEMPTS = 5
FIRST_DELAY_SECONDS = 10


@handles(Kind.SERVICE, Kind.SEND)
def begin_action(run: Run, running: Running, token: Token, element: Element) -> None:
    """Do an inline action at once; put another into the hands of a job."""
    if not element.action:
        run.messages.append((element.message, running.row.subject))
        complete(run, running, token)
        return
    action = action_of(element)
    if action.mode == "inline":
        context, inputs = prepare_call(run, running, token, element, action)
        perform_and_go_on(run, running, token, action, context, inputs, prepared=None, is_prepared=False)
        return
    visit = secrets.token_hex(8)
    run.wait(token, TokenState.JOB, visit=visit, attempts=0)
    run.jobs.append((token.id, visit, 0))


def action_of(element: Element) -> Action:
    action = actions.find(element.action)
    if action is None:
        raise Problem(
            IncidentKind.ACTION,
            f"Die Aktion „{element.action}“ gibt es nicht. Installieren Sie das Modul, das sie bringt.",
        )
    return action


def prepare_call(
    run: Run, running: Running, token: Token, element: Element, action: Action
) -> tuple[ActionContext, object]:
    """The context and the inputs of an action. Raises Problem where the inputs do not fit."""
    values = {entry.name: run.value(running, token, entry.value) for entry in element.inputs}
    try:
        inputs = build_inputs(action.inputs, values)
    except InvalidInput as error:
        raise Problem(IncidentKind.ACTION, f"Aktion „{action.title}“: {error}", "inputs") from error
    context = ActionContext(
        subject=running.row.subject,
        instance_id=running.row.id,
        element_id=element.id,
        variables=LazyContext(running, running.names_for(token)),
    )
    return context, inputs


def perform_and_go_on(
    run: Run,
    running: Running,
    token: Token,
    action: Action,
    context: ActionContext,
    inputs: object,
    *,
    prepared: object,
    is_prepared: bool,
) -> None:
    """Do the effects and move the token, in the caller's transaction: both happen, or neither does."""
    try:
        with transaction.atomic(), performing():
            if not is_prepared and action.prepare is not None:
                prepared = action.prepare(context, inputs)
            outputs = action.perform(context, inputs, prepared)
    except BusinessError as error:
        handle_business_error(run, running, token, error)
    except Exception as error:  # whatever an action does, the process survives it  # noqa: BLE001
        handle_failure(run, running, token, action, error)
    else:
        _go_on(run, running, token, outputs)


def _go_on(run: Run, running: Running, token: Token, outputs: object) -> None:
    if running.element_of(token).kind == Kind.END:
        run.wait(token, TokenState.MOVING, sent=True)
        run.ready.append((running, token))
        return
    complete(run, running, token, NOTHING if outputs is None else as_value(outputs))


def as_value(outputs: object) -> object:
    if is_dataclass(outputs) and not isinstance(outputs, type):
        return asdict(outputs)
    return dict(outputs) if isinstance(outputs, Mapping) else outputs


def handle_business_error(run: Run, running: Running, token: Token, error: BusinessError) -> None:
    """To the boundary event that knows the error's code, else an incident."""
    element = running.element_of(token)
    run.note(running, element, HistoryKind.ERROR, {"code": error.code, "message": error.message})
    if not throw(run, running, token, error.code, error.message):
        raise_incident(run, running, token, Problem(IncidentKind.BUSINESS, error.message, error.code))


def handle_failure(run: Run, running: Running, token: Token, action: Action, error: Exception) -> None:
    """Try again later; after the last attempt, and for inline actions at once, an incident."""
    logger.warning(
        "process_action_failed action=%s instance=%s element=%s",
        action.name,
        running.row.id,
        token.element_id,
        exc_info=error,
    )
    attempts = token.data.get("attempts", 0) + 1
    if token.state != TokenState.JOB or attempts >= MAX_ATTEMPTS:
        message = f"Die Aktion „{action.title}“ ist fehlgeschlagen: {type(error).__name__}: {error}"
        raise_incident(run, running, token, Problem(IncidentKind.ACTION, message, type(error).__name__))
        return
    run.wait(token, TokenState.JOB, attempts=attempts)
    run.jobs.append((token.id, token.data["visit"], FIRST_DELAY_SECONDS * 4 ** (attempts - 1)))


def stop(run: Run, running: Running, token: Token, error: Problem | feel.FeelError) -> None:
    """An error that trying again will not cure."""
    problem = error if isinstance(error, Problem) else Problem(IncidentKind.EXPRESSION, str(error))
    raise_incident(run, running, token, problem)
