from __future__ import annotations

import uuid
from collections.abc import Mapping

from django.db import transaction
from django.db.models import Q

from rathaus.identity.public import Actor
from rathaus.kernel.public import audit

from .. import expressions
from ..engine.firing import trigger
from ..engine.flush import finish
from ..engine.later import the_jobs
from ..engine.opening import NotRunning, is_performing, open_run
from ..enums import HistoryKind
from ..models import MessageWait, ProcessInstance, ProcessVersion
from ..ports import RoleTarget, StartContext, process_starter
from .instances import start_process


@transaction.atomic
def deliver_message(
    *, actor: Actor, name: str, subject: uuid.UUID, payload: Mapping[str, object] | None = None
) -> int:
    """Tell the processes of a subject that a message has come; returns how many places took it.

    Where none waits for it, processes that begin with this message start. A message that nobody takes is not kept.
    Sent by an action, it is delivered by a job after the transaction, and the answer is 0.
    """
    if is_performing():
        the_jobs().deliver(name, subject, expressions.dump(payload or {}))
        return 0
    found = list(
        MessageWait.objects.filter(Q(subject=subject) | Q(instance=None), name=name)
        .order_by("instance__root_id", "pk")
        .values_list("pk", "instance_id", "version_id", "element_id")
    )
    waiting = [(wait_id, instance_id) for wait_id, instance_id, _version, _element in found if instance_id]
    count = sum(_deliver(actor, wait_id, instance_id, payload or {}) for wait_id, instance_id in waiting)
    if not waiting:
        starts = [
            (version_id, element_id) for _wait, instance_id, version_id, element_id in found if version_id
        ]
        count = sum(
            _start(actor, version_id, element, subject, payload or {}) for version_id, element in starts
        )
    if count:
        audit.append(
            actor=actor.audit_name,
            action="processes.message_delivered",
            subject=f"processes.subject:{subject}",
            details={"name": name, "taken": count},
        )
    return count


def _deliver(actor: Actor, wait_id: int, instance_id: uuid.UUID, payload: Mapping[str, object]) -> int:
    try:
        run, running = open_run(actor, instance_id)
    except NotRunning:
        return 0
    running = run.load(instance_id)
    # Looked up again under the lock: an earlier delivery may have moved the token on.
    wait = MessageWait.objects.filter(pk=wait_id).first()
    token = running.tokens.get(wait.token_id) if wait is not None and wait.token_id is not None else None
    if wait is None or token is None or not running.is_active:
        return 0
    element = running.process.elements[wait.element_id]
    trigger(run, running, token, element, dict(payload), HistoryKind.MESSAGE)
    finish(run)
    return 1


def _start(
    actor: Actor, version_id: uuid.UUID, element_id: str, subject: uuid.UUID, payload: Mapping[str, object]
) -> int:
    context = start_context(version_id, subject, payload)
    if context is None:
        return 0
    start_process(
        actor=actor,
        version=version_id,
        subject=context.subject,
        routing=context.routing,
        access_set=context.access_set_id,
        start_event=element_id,
        payload=dict(payload),
    )
    return 1


def start_context(
    version_id: uuid.UUID, subject: uuid.UUID | None, payload: Mapping[str, object]
) -> StartContext | None:
    """For what a process starts by itself: as the port says, else like the subject's latest process."""
    starter = process_starter.find()
    if starter is not None:
        return starter.open(ProcessVersion.objects.get(pk=version_id), subject=subject, payload=payload)
    if subject is None:
        return StartContext(subject=uuid.uuid4())
    sibling = ProcessInstance.objects.filter(subject=subject).order_by("-started_at").first()
    if sibling is None:
        return StartContext(subject=subject)
    routing = {
        role: RoleTarget(target["unit"], target["post_role"]) for role, target in sibling.routing.items()
    }
    return StartContext(subject=subject, routing=routing, access_set_id=sibling.access_set_id)
