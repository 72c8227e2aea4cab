"""Starting and cancelling. Whether somebody may is decided where the case is: by intake and casework."""

from __future__ import annotations

import uuid
from collections.abc import Mapping

from django.db import transaction

from rathaus.identity.public import AccessSet, Actor
from rathaus.kernel.public import audit

from .. import expressions
from ..bpmn.model import Element, Process, Trigger
from ..engine.compiled import process_of
from ..engine.core import NOTHING, end_instance, start
from ..engine.flush import finish
from ..engine.opening import open_run
from ..engine.run import Run
from ..enums import InstanceState
from ..models import ProcessInstance, ProcessVersion
from ..ports import RoleTarget


@transaction.atomic
def start_process(
    *,
    actor: Actor,
    version: ProcessVersion | uuid.UUID,
    subject: uuid.UUID,
    variables: Mapping[str, object] | None = None,
    routing: Mapping[str, RoleTarget] | None = None,
    access_set: AccessSet | int | None = None,
    start_event: str | None = None,
    payload: object = NOTHING,
) -> ProcessInstance:
    """Start a process for a subject (the case) and run it until every path waits.

    `access_set` decides who sees its tasks (None: the unit of each task). `start_event` chooses among several start
    events (else the one without trigger, or the first). `payload` becomes the result of the start event.
    """
    version_id = version.pk if isinstance(version, ProcessVersion) else version
    process = process_of(version_id)
    instance_id = uuid.uuid4()
    run = Run(actor)
    row = ProcessInstance(
        id=instance_id,
        root_id=instance_id,
        version_id=version_id,
        subject=subject,
        variables=expressions.dump(variables or {}),
        routing={
            role: {"unit": target.unit_id, "post_role": target.post_role}
            for role, target in (routing or {}).items()
        },
        access_set_id=access_set.pk if isinstance(access_set, AccessSet) else access_set,
        started_at=run.now,
    )
    running = run.add(row, (), is_new=True)
    start(run, running, _start_of(process, start_event), payload=payload)
    finish(run)
    audit.append(
        actor=actor.audit_name,
        action="processes.started",
        subject=f"processes.instance:{row.pk}",
        details={"process": process.id, "subject": str(subject)},
    )
    return row


def _start_of(process: Process, start_event: str | None) -> Element:
    starts = process.starts()
    if start_event is not None:
        return next(found for found in starts if found.id == start_event)
    return min(starts, key=lambda found: found.trigger != Trigger.NONE)


def cancel_instance(*, actor: Actor, instance_id: uuid.UUID, reason: str = "") -> bool:
    """End a process with everything it called: its tasks and timers close. False where it had ended already."""
    with transaction.atomic():
        run, running = open_run(actor, instance_id)
        if not running.is_active:
            return False
        end_instance(run, running, InstanceState.CANCELLED)
        run.history[-1].details["reason"] = reason
        finish(run)
        audit.append(
            actor=actor.audit_name,
            action="processes.cancelled",
            subject=f"processes.instance:{running.row.pk}",
            details={"subject": str(running.row.subject)},
        )
    return True


@transaction.atomic
def cancel_instances(*, actor: Actor, subject: uuid.UUID, reason: str = "") -> int:
    """End all processes of a subject; returns how many."""
    active = ProcessInstance.objects.filter(subject=subject, state=InstanceState.ACTIVE, parent_id=None)
    found = active.order_by("pk").values_list("pk", flat=True)
    return sum(
        cancel_instance(actor=actor, instance_id=instance_id, reason=reason) for instance_id in list(found)
    )
