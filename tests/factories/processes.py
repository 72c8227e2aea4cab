"""Small processes for tests, written as Python: `bpmn(start("s"), user("tun"), end("e"), path("s", "tun", "e"))`."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from html import escape
from itertools import pairwise
from typing import Any

from rathaus.engines.processes import public as processes
from rathaus.identity.public import SYSTEM, Actor, OrganizationalUnit, access_set_for_unit
from rathaus.kernel.public import Registry, jobs

from . import identity

HEAD = (
    '<?xml version="1.0" encoding="UTF-8"?>'
    '<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" xmlns:rathaus="urn:rathaus:bpmn:1" '
    'targetNamespace="urn:test" id="definitions">'
)


def bpmn(*parts: str, process_id: str = "probe", extra: str = "") -> bytes:
    """A whole file; messages and errors named anywhere are declared."""
    body = "".join(parts)
    declared = "".join(
        f'<{kind} id="{kind}_{name}" {attribute}="{name}"/>'
        for kind, attribute in (("message", "name"), ("error", "errorCode"))
        for name in sorted({chunk.partition('"')[0] for chunk in body.split(f'{kind}Ref="{kind}_')[1:]})
    )
    return (
        f'{HEAD}{declared}{extra}<process id="{process_id}" name="Probe" isExecutable="true">{body}</process>'
        "</definitions>"
    ).encode()


def tag(tag_name: str, element_id: str, inner: str = "", /, **attributes: object) -> str:
    """An element; `rathaus_role="x"` becomes `rathaus:role="x"`."""
    text = "".join(
        f' {key.replace("rathaus_", "rathaus:")}="{escape(str(value))}"'
        for key, value in attributes.items()
        if value not in (None, "")
    )
    return f'<{tag_name} id="{element_id}"{text}>{inner}</{tag_name}>'


def flow(source: str, target: str, condition: str = "", *, flow_id: str = "") -> str:
    inner = f"<conditionExpression>{escape(condition)}</conditionExpression>" if condition else ""
    return tag("sequenceFlow", flow_id or f"{source}__{target}", inner, sourceRef=source, targetRef=target)


def path(*element_ids: str) -> str:
    """Flows from each to the next."""
    return "".join(flow(source, target) for source, target in pairwise(element_ids))


def start(element_id: str = "start", trigger: str = "", **attributes: object) -> str:
    return tag("startEvent", element_id, trigger, **attributes)


def end(element_id: str = "end", trigger: str = "", **attributes: object) -> str:
    return tag("endEvent", element_id, trigger, **attributes)


def catch(element_id: str, trigger: str, **attributes: object) -> str:
    return tag("intermediateCatchEvent", element_id, trigger, **attributes)


def boundary(
    element_id: str, host: str, trigger: str, *, interrupting: bool = True, **attributes: object
) -> str:
    cancel = "true" if interrupting else "false"
    return tag("boundaryEvent", element_id, trigger, attachedToRef=host, cancelActivity=cancel, **attributes)


def timer(text: str, kind: str = "Duration", *, working_days: bool = False) -> str:
    own = ' rathaus:workingDays="true"' if working_days else ""
    return f"<timerEventDefinition{own}><time{kind}>{escape(text)}</time{kind}></timerEventDefinition>"


def message(name: str) -> str:
    return f'<messageEventDefinition messageRef="message_{name}"/>'


def error(code: str = "") -> str:
    return f'<errorEventDefinition errorRef="error_{code}"/>' if code else "<errorEventDefinition/>"


TERMINATE = "<terminateEventDefinition/>"


def extensions(*parts: str) -> str:
    return f"<extensionElements>{''.join(parts)}</extensionElements>" if parts else ""


def outcome(key: str, label: str = "", **attributes: object) -> str:
    text = "".join(f' {name}="{escape(str(value))}"' for name, value in attributes.items())
    return f'<rathaus:outcome key="{key}" label="{label or key.title()}"{text}/>'


def given(name: str, value: str) -> str:
    return f'<rathaus:input name="{name}" value="{escape(value)}"/>'


def user(
    element_id: str, *outcomes: str, role: str = "sachbearbeitung", inner: str = "", **attributes: object
) -> str:
    body = extensions(*(outcome(entry) if "<" not in entry else entry for entry in outcomes)) + inner
    return tag("userTask", element_id, body, name=element_id.title(), rathaus_role=role, **attributes)


def service(element_id: str, action: str = "test.note", inner: str = "", **inputs: str) -> str:
    result = inputs.pop("result", "")
    body = extensions(*(given(name, value) for name, value in inputs.items())) + inner
    return tag("serviceTask", element_id, body, rathaus_action=action, rathaus_result=result)


def rule(element_id: str, decision: str, inner: str = "", **inputs: str) -> str:
    result = inputs.pop("result", "")
    body = extensions(*(given(name, value) for name, value in inputs.items())) + inner
    return tag("businessRuleTask", element_id, body, rathaus_decision=decision, rathaus_result=result)


def receive(element_id: str, name: str, **attributes: object) -> str:
    return tag("receiveTask", element_id, messageRef=f"message_{name}", **attributes)


def subprocess(element_id: str, *parts: str, **attributes: object) -> str:
    return tag("subProcess", element_id, "".join(parts), **attributes)


def call(element_id: str, called: str, inner: str = "", **attributes: object) -> str:
    return tag("callActivity", element_id, inner, calledElement=called, **attributes)


def exclusive(element_id: str, default: str = "") -> str:
    return tag("exclusiveGateway", element_id, default=default)


def inclusive(element_id: str, default: str = "") -> str:
    return tag("inclusiveGateway", element_id, default=default)


def parallel(element_id: str) -> str:
    return tag("parallelGateway", element_id)


def event_gateway(element_id: str) -> str:
    return tag("eventBasedGateway", element_id)


def multi(*, count: str = "", sequential: bool = False, until: str = "") -> str:
    """The multi-instance marker; for lists give `rathaus_collection` and `rathaus_elementVariable` to the element."""
    inner = f"<loopCardinality>{escape(count)}</loopCardinality>" if count else ""
    inner += f"<completionCondition>{escape(until)}</completionCondition>" if until else ""
    kind = "true" if sequential else "false"
    return (
        f'<multiInstanceLoopCharacteristics isSequential="{kind}">{inner}</multiInstanceLoopCharacteristics>'
    )


DECISION = b"""<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" id="steuer_modell" name="Steuer"
 namespace="urn:test"><inputData id="i1" name="anzahl"><variable name="anzahl" typeRef="number"/></inputData>
<decision id="steuer" name="steuer"><variable name="steuer"/><informationRequirement id="r1"><requiredInput href="#i1"/>
</informationRequirement><decisionTable id="t1" hitPolicy="UNIQUE"><input id="c1"><inputExpression id="e1">
<text>anzahl</text></inputExpression></input><output id="o1"/>
<rule id="zeile1">
<inputEntry id="a1"><text>1</text></inputEntry><outputEntry id="b1"><text>60</text></outputEntry></rule>
<rule id="zeile2">
<inputEntry id="a2"><text>[2..9]</text></inputEntry><outputEntry id="b2"><text>90</text></outputEntry></rule>
</decisionTable></decision></definitions>"""


@dataclass(frozen=True, kw_only=True)
class NoteInputs:
    text: str = "x"


@dataclass(frozen=True, kw_only=True)
class NoteOutputs:
    gesagt: str


@dataclass
class Effects:
    """What the test actions did. `fail` makes them raise; `prepared` and `performed` keep the texts."""

    prepared: list[str] = field(default_factory=list)
    performed: list[str] = field(default_factory=list)
    fail: BaseException | None = None
    fail_prepare: BaseException | None = None

    def prepare(self, context: processes.ActionContext, inputs: NoteInputs) -> str:
        if self.fail_prepare is not None:
            raise self.fail_prepare
        self.prepared.append(inputs.text)
        return inputs.text.upper()

    def perform(self, context: processes.ActionContext, inputs: NoteInputs, prepared: object) -> NoteOutputs:
        if self.fail is not None:
            raise self.fail
        self.performed.append(inputs.text)
        return NoteOutputs(gesagt=str(prepared or inputs.text))


def test_actions(effects: Effects) -> Registry[processes.Action]:
    """`test.note` at once, `test.job` by a job."""
    registry: Registry[processes.Action] = Registry("action", key=lambda action: action.name)
    common: dict[str, Any] = {"inputs": NoteInputs, "outputs": NoteOutputs, "perform": effects.perform}
    registry.register(processes.Action(name="test.note", title="Notiz", mode="inline", **common))
    registry.register(processes.Action(name="test.job", title="Arbeit", prepare=effects.prepare, **common))
    return registry


test_actions.__test__ = False  # type: ignore[attr-defined]  # not a test, whatever its name


def environment(**values: Any) -> processes.Environment:
    known: dict[str, Any] = {
        "roles": {"sachbearbeitung", "leitung"},
        "decisions": {"steuer": DECISION},
        "processes": {"gerufen"},
        "letters": {"bescheid"},
        "forms": {"pruefung": {"betrag": None, "am": None}},
        "variables": {
            "antrag": {"*": None},
            "vorgang": {"*": None},
            "person": {"*": None},
            "x": None,
            "liste": None,
        },
        "actions": test_actions(Effects()),
    }
    return processes.Environment(**{**known, **values})


@dataclass
class Playground:
    """A unit, an actor of it, and what is needed to run small processes."""

    unit: OrganizationalUnit
    effects: Effects
    environment: processes.Environment
    subject: uuid.UUID = field(default_factory=uuid.uuid4)
    actor: Actor = SYSTEM

    def deploy(self, *parts: str, process_id: str = "probe", **values: Any) -> processes.ProcessVersion:
        return processes.deploy_process(
            actor=SYSTEM,
            key=process_id,
            xml=bpmn(*parts, process_id=process_id),
            decisions={"steuer": DECISION},
            environment=environment(actions=self.environment.actions, **values),
        )

    def start(self, version: processes.ProcessVersion, **variables: object) -> processes.ProcessInstance:
        return processes.start_process(
            actor=self.actor,
            version=version,
            subject=self.subject,
            variables=variables,
            routing=self.routing(),
            access_set=access_set_for_unit(self.unit),
        )

    def run(self, *parts: str, **variables: object) -> processes.ProcessInstance:
        return self.start(self.deploy(*parts), **variables)

    def routing(self) -> Mapping[str, processes.RoleTarget]:
        return {
            "sachbearbeitung": processes.RoleTarget(self.unit.pk, "case_worker"),
            "leitung": processes.RoleTarget(self.unit.pk, "head"),
        }

    def complete(self, element_id: str, outcome: str | None = None, **data: object) -> processes.UserTask:
        """Complete the first open task of this element."""
        task = next(task for task in processes.open_tasks_of(self.subject) if task.element_id == element_id)
        return processes.complete_task(actor=self.actor, task_id=task.pk, outcome=outcome, data=data)

    def work(self) -> int:
        return jobs.run_pending()

    def send(self, name: str, **payload: object) -> int:
        return processes.deliver_message(actor=self.actor, name=name, subject=self.subject, payload=payload)

    def open(self) -> list[str]:
        return sorted(task.element_id for task in processes.open_tasks_of(self.subject))

    def waiting(self) -> list[str]:
        return sorted(current.element_id for current in processes.current_elements(self.subject))

    def done(self) -> list[str]:
        return [entry.element_id for entry in processes.completed_elements(self.subject)]

    def results(self) -> dict[str, Any]:
        return processes.variables_of(self.subject)

    def state(self) -> str:
        """The state of the (first) process."""
        return str(processes.instances_of(self.subject)[-1].state)

    def incidents(self) -> list[tuple[str, str]]:
        return [(incident.element_id, incident.kind) for incident in processes.incidents_of(self.subject)]


def playground() -> Playground:
    effects = Effects()
    return Playground(identity.unit(), effects, environment(actions=test_actions(effects)))
