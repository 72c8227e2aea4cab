from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping

from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from rathaus.identity.public import Actor, policies
from rathaus.kernel.public import audit, clock, findings

from ..bpmn.model import Process, Trigger, to_json
from ..bpmn.reader import read_process
from ..check.process import check_process
from ..engine.problems import Problem
from ..engine.waits import due_after, start_text
from ..environment import Environment
from ..models import MessageWait, ProcessDefinition, ProcessVersion, Timer


class NotDeployable(ValueError):
    """The process is refused; `findings` say where and what to do."""

    def __init__(self, found: Iterable[findings.Finding]) -> None:
        self.findings = tuple(found)
        super().__init__("; ".join(f"{entry.place}: {entry.message}" for entry in self.findings[:5]))


@transaction.atomic
def deploy_process(
    *,
    actor: Actor,
    key: str,
    xml: bytes,
    decisions: Mapping[str, bytes] | None = None,
    environment: Environment,
) -> ProcessVersion:
    """Check a process and publish it as a new version; what runs already goes on in its own version.

    `key` is the id of the process in the file, or that with hyphens for underscores. The same content again gives
    the same version. Without `decisions` those of the environment are kept. Raises NotDeployable.
    """
    policies.check(actor, "processes.deploy")
    process = _checked(key, xml, environment)
    given = environment.decisions if decisions is None else decisions
    digest = _digest(xml, given)
    definition, _created = ProcessDefinition.objects.get_or_create(key=process.id)
    # Two deployments at once would draw the same number.
    ProcessDefinition.objects.select_for_update().get(pk=definition.pk)
    latest = definition.versions.order_by("-number").first()
    if latest is not None and latest.digest == digest:
        return latest
    version = ProcessVersion.objects.create(
        definition=definition,
        number=(definition.versions.aggregate(highest=Max("number"))["highest"] or 0) + 1,
        name=(process.name or process.id)[:300],
        xml=xml,
        model=to_json(process),
        decisions={name: data.decode("utf-8") for name, data in given.items()},
        digest=digest,
        deployed_at=clock.now(),
    )
    _subscribe_starts(definition, version, process)
    audit.append(
        actor=actor.audit_name,
        action="processes.deployed",
        subject=f"processes.version:{version.pk}",
        details={"key": process.id, "number": version.number, "digest": digest},
    )
    return version


def _checked(key: str, xml: bytes, environment: Environment) -> Process:
    found = check_process(xml, environment=environment)
    process = read_process(xml).process
    if process is not None and key not in (process.id, process.id.replace("_", "-")):
        wanted = key.replace("-", "_")
        message = (
            f"Der Prozess heißt „{process.id}“, erwartet ist „{wanted}“. Ändern Sie die id des Prozesses."
        )
        found = [*found, findings.Finding(process.id, "process.key", message)]
    if found or process is None:
        raise NotDeployable(found)
    return process


def _digest(xml: bytes, decisions: Mapping[str, bytes]) -> str:
    digest = hashlib.sha256(xml)
    for name in sorted(decisions):
        digest.update(b"\0" + name.encode() + b"\0" + decisions[name])
    return digest.hexdigest()


def _subscribe_starts(definition: ProcessDefinition, version: ProcessVersion, process: Process) -> None:
    """Only the newest version starts by timer or message."""
    older = {"version__definition": definition, "instance": None}
    Timer.objects.filter(**older).delete()
    MessageWait.objects.filter(**older).delete()
    for start in process.starts():
        if start.trigger == Trigger.MESSAGE:
            MessageWait.objects.create(version=version, element_id=start.id, name=start.message)
        elif start.trigger == Trigger.TIMER and start.timer is not None:
            now = clock.now().astimezone(timezone.get_default_timezone())
            try:
                due_at, remaining = due_after(now, start, start_text(start))
            except Problem as problem:
                finding = findings.Finding(start.id, "timer.start", problem.message)
                raise NotDeployable([finding]) from problem
            if due_at >= now or remaining != 0:
                Timer.objects.create(version=version, element_id=start.id, due_at=due_at, remaining=remaining)
