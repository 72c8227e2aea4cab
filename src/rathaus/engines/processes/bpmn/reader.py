"""Reads BPMN 2.0 XML into the compiled form and says what cannot be run, element by element."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from xml.etree.ElementTree import Element as Node

from rathaus.kernel.public import findings as kernel_findings
from rathaus.kernel.public import xml

from . import parts
from .model import ACTIVITIES, PEOPLE_TASKS, Element, Flow, Kind, Process, Trigger
from .tags import (
    ALLOWED_TRIGGERS,
    BPMN,
    IGNORED,
    KINDS,
    RATHAUS,
    RATHAUS_ATTRIBUTES,
    TAGS,
    TRIGGER_HINTS,
    TRIGGERS,
    UNSUPPORTED,
    UNSUPPORTED_TRIGGERS,
    local,
)

MAX_BYTES = 5_000_000
MAX_FINDINGS = 200
MAX_NESTING = 20
MAX_ELEMENTS = 2_000
EXTENSIONS = {
    Kind.USER: ("outcome",),
    Kind.MANUAL: ("outcome",),
    Kind.SERVICE: ("input",),
    Kind.SEND: ("input",),
    Kind.RULE: ("input",),
    Kind.END: ("input",),
}


@dataclass(frozen=True, slots=True)
class Reading:
    """What was read: the process, where there is one, and everything that stands against running it."""

    process: Process | None
    findings: tuple[kernel_findings.Finding, ...]


def read_process(data: bytes) -> Reading:
    """Read BPMN XML. Never raises for bad content: whatever the bytes, the answer is findings."""
    if len(data) > MAX_BYTES:
        message = f"Die Datei ist größer als {MAX_BYTES // 1_000_000} MB. Teilen Sie den Prozess auf."
        return Reading(None, (kernel_findings.Finding("Datei", "file.size", message),))
    try:
        root = xml.parse(data)
    except xml.UnsafeXml as error:
        return Reading(None, (kernel_findings.Finding("Datei", "xml.unsafe", str(error)),))
    except xml.BrokenXml as error:
        return Reading(None, (kernel_findings.Finding("Datei", "xml.broken", str(error)),))
    reader = _Reader(root)
    process = reader.read()
    return Reading(process, tuple(reader.findings[:MAX_FINDINGS]))


@dataclass
class _Reader:
    root: Node
    findings: list[kernel_findings.Finding] = field(default_factory=list)
    elements: dict[str, Element] = field(default_factory=dict)
    flows: dict[str, Flow] = field(default_factory=dict)
    flow_scopes: dict[str, str] = field(default_factory=dict)
    messages: dict[str, str] = field(default_factory=dict)
    errors: dict[str, str] = field(default_factory=dict)
    ids: set[str] = field(default_factory=set)

    def report(self, place: str, rule: str, message: str) -> None:
        self.findings.append(kernel_findings.Finding(place, rule, message))

    def read(self) -> Process | None:
        if local(self.root.tag) != (BPMN, "definitions"):
            self.report(
                "Datei",
                "file.bpmn",
                "Das ist keine BPMN-2.0-Datei: Das oberste Element muss „definitions“ aus BPMN 2.0 sein. "
                "Wählen Sie eine Datei mit der Endung .bpmn.",
            )
            return None
        for message in parts.children(self.root, "message"):
            self.messages[message.get("id", "")] = message.get("name", "").strip()
        for error in parts.children(self.root, "error"):
            self.errors[error.get("id", "")] = (error.get("errorCode") or error.get("name") or "").strip()
        node = self._the_process()
        if node is None:
            return None
        process_id = self._identify(node, "process", "Datei")
        self._read_scope(node, scope="", place=process_id, depth=0)
        self._connect()
        return Process(process_id, node.get("name", ""), self.elements, self.flows)

    def _the_process(self) -> Node | None:
        for number, child in enumerate(self.root, start=1):
            name = local(child.tag)[1]
            if name in ("choreography", "globalChoreographyTask", "conversation") or name.startswith(
                "global"
            ):
                self.report(
                    child.get("id") or f"{name} (Nr. {number} der Datei)",
                    "element.unsupported",
                    f"„{name}“ wird nicht ausgeführt. Löschen Sie das Element und zeichnen Sie einen Prozess.",
                )
        self._check_collaboration()
        processes = list(parts.children(self.root, "process"))
        filled = [node for node in processes if any(local(child.tag)[1] in KINDS for child in node)]
        if not processes:
            self.report(
                "Datei", "process.missing", "Die Datei enthält keinen Prozess. Zeichnen Sie einen Prozess."
            )
            return None
        for extra in filled[1:]:
            self.report(
                extra.get("id") or "process ohne id",
                "process.several",
                "Die Datei enthält mehrere Prozesse. Speichern Sie jeden Prozess in einer eigenen Datei.",
            )
        node = (filled or processes)[0]
        if not parts.is_true(node.get("isExecutable")):
            self.report(
                node.get("id") or "process ohne id",
                "process.executable",
                "Der Prozess ist nicht als ausführbar gekennzeichnet. Setzen Sie isExecutable=„true“.",
            )
        return node

    def _check_collaboration(self) -> None:
        for collaboration in parts.children(self.root, "collaboration"):
            for extra in list(parts.children(collaboration, "participant"))[1:]:
                self.report(
                    extra.get("id") or f"participant „{extra.get('name', '')}“ ohne id",
                    "pool.several",
                    "Es gibt mehr als einen Pool. Behalten Sie einen Pool und stellen Sie die anderen Beteiligten "
                    "durch Nachrichten dar.",
                )
            for flow in parts.children(collaboration, "messageFlow"):
                self.report(
                    flow.get("id") or "messageFlow ohne id",
                    "element.unsupported",
                    "Nachrichtenflüsse zwischen Pools werden nicht ausgeführt. Löschen Sie den Nachrichtenfluss und "
                    "verwenden Sie Nachrichtenereignisse.",
                )

    def _identify(self, node: Node, tag: str, parent: str) -> str:
        found = node.get("id", "").strip()
        if not found:
            found = f"{tag} ohne id (Nr. {len(self.ids) + 1} in {parent})"
            name = f" „{node.get('name')}“" if node.get("name") else ""
            self.report(
                found, "id.missing", f"Das Element{name} hat keine id. Geben Sie ihm eine eindeutige id."
            )
        elif found in self.ids:
            self.report(
                found,
                "id.twice",
                f"Die id „{found}“ kommt mehrfach vor. Geben Sie jedem Element eine eigene id.",
            )
            found = f"{found} (Nr. {len(self.ids) + 1})"
        self.ids.add(found)
        return found

    def _read_scope(self, node: Node, *, scope: str, place: str, depth: int) -> None:
        if depth > MAX_NESTING:
            self.report(
                place,
                "scope.depth",
                f"Teilprozesse sind tiefer als {MAX_NESTING} Ebenen verschachtelt. Verwenden Sie Aufrufaktivitäten.",
            )
            return
        for child in node:
            namespace, name = local(child.tag)
            if namespace != BPMN:
                continue
            if len(self.ids) > MAX_ELEMENTS:
                self.report(
                    place,
                    "file.elements",
                    f"Der Prozess hat mehr als {MAX_ELEMENTS} Elemente. Teilen Sie ihn auf.",
                )
                return
            self._read_child(child, name, scope, place, depth)

    def _read_child(self, child: Node, name: str, scope: str, place: str, depth: int) -> None:
        if name == "sequenceFlow":
            self._read_flow(child, scope, place)
        elif name in KINDS:
            element = self._read_element(child, name, scope, place)
            self.elements[element.id] = element
            if element.kind == Kind.SUBPROCESS:
                self._read_scope(child, scope=element.id, place=element.id, depth=depth + 1)
        elif name not in IGNORED and not _belongs_to_activity(name):
            message = UNSUPPORTED.get(name) or f"„{name}“ wird nicht ausgeführt. Löschen Sie das Element."
            refused = self._identify(child, name, place)
            self.report(refused, "element.unsupported", message)
            self.elements[refused] = Element(
                id=refused, kind=Kind.REFUSED, name=child.get("name", ""), scope=scope
            )

    def _read_flow(self, node: Node, scope: str, place: str) -> None:
        flow_id = self._identify(node, "sequenceFlow", place)
        conditions = list(parts.children(node, "conditionExpression"))
        for condition in conditions:
            language = condition.get("language", "")
            if language and "feel" not in language.lower():
                self.report(
                    flow_id,
                    "condition.language",
                    f"Die Bedingung ist in der Sprache „{language}“ geschrieben. Schreiben Sie sie in FEEL.",
                )
        self.flows[flow_id] = Flow(
            id=flow_id,
            source=_reference(node.get("sourceRef", "")),
            target=_reference(node.get("targetRef", "")),
            condition=parts.text_of(conditions[0]) if conditions else "",
            name=node.get("name", ""),
        )
        self.flow_scopes[flow_id] = scope

    def _read_element(self, node: Node, tag: str, scope: str, place: str) -> Element:
        kind = KINDS[tag]
        element_id = self._identify(node, tag, place)
        self._check_attributes(node, kind, element_id)
        parts.check_extensions(node, element_id, EXTENSIONS.get(kind, ()), self.report)
        trigger, definition = self._trigger(node, kind, element_id)
        attached = _reference(node.get("attachedToRef", ""))
        return Element(
            id=element_id,
            kind=kind,
            name=" ".join(node.get("name", "").split()),
            scope=scope,
            documentation=parts.text_of(next(parts.children(node, "documentation"), None)),
            result=parts.own(node, "result"),
            trigger=trigger,
            timer=parts.timer_spec(definition, node, element_id, self.report)
            if trigger == Trigger.TIMER and definition is not None
            else None,
            message=self._message(node if definition is None else definition, kind, trigger, element_id),
            error=self._error(definition, element_id) if trigger == Trigger.ERROR else "",
            attached_to=attached,
            interrupting=trigger == Trigger.ERROR
            or node.get("cancelActivity", "true").strip() not in ("false", "0"),
            default=_reference(node.get("default", "")),
            task=parts.task_spec(node, element_id, self.report) if kind in PEOPLE_TASKS else None,
            action=parts.own(node, "action"),
            inputs=parts.inputs(node, element_id, self.report),
            decision=parts.own(node, "decision"),
            called=_reference(node.get("calledElement", "")),
            multi=parts.multi_spec(node, element_id, self.report) if kind in ACTIVITIES else None,
        )

    def _check_attributes(self, node: Node, kind: Kind, place: str) -> None:
        for message in _forbidden(node, kind):
            self.report(place, "element.unsupported", message)
        allowed = RATHAUS_ATTRIBUTES.get(kind, frozenset())
        for key in node.attrib:
            namespace, name = local(key)
            if namespace == RATHAUS and name not in allowed:
                known = ", ".join(f"rathaus:{entry}" for entry in sorted(allowed)) or "keine"
                self.report(
                    place,
                    "attribute.unknown",
                    f"Die Angabe „rathaus:{name}“ gibt es bei „{TAGS[kind]}“ nicht. Möglich sind: {known}.",
                )

    def _trigger(self, node: Node, kind: Kind, place: str) -> tuple[Trigger, Node | None]:
        definitions = [
            (local(child.tag)[1], child)
            for child in node
            if local(child.tag)[0] == BPMN
            and local(child.tag)[1].endswith(("EventDefinition", "eventDefinitionRef"))
        ]
        if kind not in ALLOWED_TRIGGERS:
            return Trigger.NONE, None
        for name, _child in definitions:
            if name not in TRIGGERS:
                message = UNSUPPORTED_TRIGGERS.get(name, TRIGGER_HINTS[kind])
                self.report(place, "event.unsupported", message)
                return Trigger.NONE, None
        if len(definitions) > 1:
            self.report(
                place,
                "event.several",
                "Das Ereignis hat mehrere Auslöser. Behalten Sie genau einen Auslöser.",
            )
        trigger = TRIGGERS[definitions[0][0]] if definitions else Trigger.NONE
        if trigger not in ALLOWED_TRIGGERS[kind]:
            self.report(place, "event.unsupported", TRIGGER_HINTS[kind])
        return trigger, definitions[0][1] if definitions else None

    def _message(self, node: Node, kind: Kind, trigger: Trigger, place: str) -> str:
        needed = kind == Kind.RECEIVE or (trigger == Trigger.MESSAGE and kind != Kind.END)
        if not needed and kind not in (Kind.SEND, Kind.END):
            return ""
        reference = _reference(node.get("messageRef", ""))
        if reference and reference not in self.messages:
            self.report(
                place,
                "message.dangling",
                f"Die Nachricht „{reference}“ gibt es nicht. Wählen Sie eine Nachricht aus.",
            )
            return ""
        name = self.messages.get(reference, "") if reference else ""
        if needed and not name:
            self.report(
                place,
                "message.missing",
                "Es ist nicht angegeben, auf welche Nachricht gewartet wird. Wählen Sie eine Nachricht mit Namen aus.",
            )
        return name

    def _error(self, definition: Node | None, place: str) -> str:
        reference = _reference(definition.get("errorRef", "")) if definition is not None else ""
        if reference and reference not in self.errors:
            self.report(
                place,
                "error.dangling",
                f"Den Fehler „{reference}“ gibt es nicht. Wählen Sie einen Fehler aus.",
            )
            return ""
        if reference and not self.errors[reference]:
            self.report(
                place, "error.code", f"Der Fehler „{reference}“ hat keinen Code. Tragen Sie errorCode ein."
            )
        return self.errors.get(reference, "")

    def _connect(self) -> None:
        """Give each element its flows; flows that lead nowhere are reported and dropped."""
        incoming: dict[str, list[str]] = {}
        outgoing: dict[str, list[str]] = {}
        for flow in list(self.flows.values()):
            if not self._flow_is_sound(flow):
                del self.flows[flow.id]
                continue
            outgoing.setdefault(flow.source, []).append(flow.id)
            incoming.setdefault(flow.target, []).append(flow.id)
        for element_id, element in self.elements.items():
            self.elements[element_id] = _with_flows(
                element, tuple(incoming.get(element_id, ())), tuple(outgoing.get(element_id, ()))
            )

    def _flow_is_sound(self, flow: Flow) -> bool:
        for end, place in (("Anfang", flow.source), ("Ende", flow.target)):
            if place not in self.elements:
                if place in self.ids:
                    return False  # the element itself was reported
                self.report(
                    flow.id,
                    "flow.dangling",
                    f"Am {end} des Sequenzflusses fehlt das Element „{place}“. "
                    "Verbinden Sie ihn neu oder löschen Sie ihn.",
                )
                return False
        scopes = {
            self.elements[flow.source].scope,
            self.elements[flow.target].scope,
            self.flow_scopes[flow.id],
        }
        if len(scopes) > 1:
            self.report(
                flow.id,
                "flow.scope",
                "Der Sequenzfluss überschreitet die Grenze eines Teilprozesses. Beginnen und beenden Sie ihn auf "
                "derselben Ebene.",
            )
            return False
        return True


def _with_flows(element: Element, incoming: tuple[str, ...], outgoing: tuple[str, ...]) -> Element:
    values = {name: getattr(element, name) for name in Element.__slots__}
    return Element(**{**values, "incoming": incoming, "outgoing": outgoing})


def _reference(text: str) -> str:
    """The id a QName refers to; the prefix names the file's own namespace."""
    return text.strip().rpartition(":")[2]


def _belongs_to_activity(name: str) -> bool:
    """Whether the tag is a part that `_read_element` looks at (or a picture of data), not an element of its own."""
    return name.endswith(
        ("EventDefinition", "LoopCharacteristics", "Association", "Set", "dataInput", "dataOutput")
    ) or (name in ("eventDefinitionRef", "rendering", "completionCondition"))


def _forbidden(node: Node, kind: Kind) -> Iterator[str]:
    if parts.is_true(node.get("triggeredByEvent")):
        yield (
            "Ereignis-Teilprozesse werden nicht ausgeführt. Verwenden Sie ein angeheftetes Ereignis an einem "
            "Teilprozess."
        )
    if parts.is_true(node.get("isForCompensation")):
        yield "Kompensation wird nicht ausgeführt. Entfernen Sie die Markierung „isForCompensation“."
    if parts.is_true(node.get("instantiate")):
        yield "Das Element soll den Prozess starten. Verwenden Sie dafür ein Startereignis mit Nachricht."
    if node.get("eventGatewayType", "Exclusive") == "Parallel":
        yield "Parallele Ereignis-Gateways werden nicht ausgeführt. Verwenden Sie ein paralleles Gateway."
    if parts.is_true(node.get("parallelMultiple")):
        yield "Mehrfach-Ereignisse werden nicht ausgeführt. Verwenden Sie ein Ereignis je Auslöser."
    for attribute in ("startQuantity", "completionQuantity"):
        if node.get(attribute, "1").strip() != "1":
            yield f"„{attribute}“ muss 1 sein. Verwenden Sie die Mehrfachausführung."
    if kind == Kind.START and node.get("isInterrupting", "true").strip() in ("false", "0"):
        yield "Nicht unterbrechende Startereignisse werden nicht ausgeführt."
    for association in [
        *parts.children(node, "dataInputAssociation"),
        *parts.children(node, "dataOutputAssociation"),
    ]:
        if any(local(child.tag)[1] in ("assignment", "transformation") for child in association):
            yield "Datenzuordnungen werden nicht ausgeführt. Verwenden Sie rathaus:input und rathaus:result."
            return
