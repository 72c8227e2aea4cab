"""Doing the action of a service task by a job: prepare outside, perform inside the transaction that moves the token."""

from __future__ import annotations

import uuid
from dataclasses import dataclass

from django.db import transaction

import feel
from rathaus.identity.public import SYSTEM

from ..actions import Action, ActionContext, BusinessError
from ..engine import service
from ..engine.flush import finish
from ..engine.opening import NotRunning, instance_of_token, open_run
from ..engine.problems import Problem
from ..engine.run import Run, Running
from ..enums import TokenState
from ..models import ProcessInstance, Token


@dataclass(frozen=True, slots=True)
class _Failed:
    """Why `prepare` did not get through."""

    error: Exception


def perform_action(*, token_id: uuid.UUID, visit: str) -> bool:
    """Do what the token waits for. False where it has moved on: then the action was done, or is needed no more.

    Runs again from the start after a kill at any point: `prepare` a second time, `perform` and the move together once.
    """
    work = _look(token_id, visit)
    if work is None:
        return False
    action, context, inputs = work
    prepared = _prepare(action, context, inputs) if action is not None and context is not None else None
    with transaction.atomic():
        found = _locked(token_id, visit)
        if found is None:
            return False
        run, running, token = found
        _perform(run, running, token, action, context, inputs, prepared)
        finish(run)
    return True


Work = tuple[Action | None, ActionContext | None, object]


def _look(token_id: uuid.UUID, visit: str) -> Work | None:
    """The action with its inputs, read without a lock. Inputs that do not fit are reported later, under the lock."""
    token = Token.objects.filter(pk=token_id, state=TokenState.JOB).first()
    if token is None or token.data.get("visit") != visit:
        return None
    row = ProcessInstance.objects.get(pk=token.instance_id)
    run = Run(SYSTEM)
    running = run.add(row, Token.objects.filter(instance_id=row.pk))
    mine = running.tokens.get(token_id)
    if mine is None:
        return None
    element = running.element_of(mine)
    try:
        action = service.action_of(element)
        context, inputs = service.prepare_call(run, running, mine, element, action)
    except (Problem, feel.FeelError) as error:
        return None, None, error
    return action, context, inputs


def _prepare(action: Action, context: ActionContext, inputs: object) -> object:
    if action.prepare is None:
        return None
    try:
        return action.prepare(context, inputs)
    except Exception as error:  # told to the process under the lock, see _perform  # noqa: BLE001
        return _Failed(error)


def _locked(token_id: uuid.UUID, visit: str) -> tuple[Run, Running, Token] | None:
    try:
        run, running = open_run(SYSTEM, instance_of_token(token_id))
    except NotRunning:
        return None
    if token_id not in running.tokens:
        row = instance_of_token(token_id).first()
        if row is None:
            return None
        running = run.load(row.pk)
    token = running.tokens.get(token_id)
    if token is None or token.state != TokenState.JOB or token.data.get("visit") != visit:
        return None
    return run, running, token


def _perform(
    run: Run,
    running: Running,
    token: Token,
    action: Action | None,
    context: ActionContext | None,
    inputs: object,
    prepared: object,
) -> None:
    if action is None or context is None:
        assert isinstance(inputs, Problem | feel.FeelError)
        service.stop(run, running, token, inputs)
    elif isinstance(prepared, _Failed) and isinstance(prepared.error, BusinessError):
        service.handle_business_error(run, running, token, prepared.error)
    elif isinstance(prepared, _Failed):
        service.handle_failure(run, running, token, action, prepared.error)
    else:
        service.perform_and_go_on(
            run, running, token, action, context, inputs, prepared=prepared, is_prepared=True
        )
