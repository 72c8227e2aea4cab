"""Reads BPMN 2.0 XML into the compiled form and says what cannot be run, element by element."""

from __future__ import annotations

from dataclasses import dataclass, field
from xml.etree.ElementTree import Element as Node

from rathaus.kernel.public import findings as kernel_findings
from rathaus.kernel.public import xml

from . import parts
from .document import find_process
from .elements import ElementReader, reference
from .model import Element, Flow, Kind, Process
from .tags import BPMN, IGNORED, KINDS, UNSUPPORTED, local
from .vendors import check_vendor

MAX_BYTES = 5_000_000
MAX_FINDINGS = 200
MAX_NESTING = 20
MAX_ELEMENTS = 2_000
MAX_ID = 200  # as long as the columns that hold it


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
        return Reading(None, (kernel_findings.Finding(error.place, "xml.unsafe", str(error)),))
    except xml.BrokenXml as error:
        return Reading(None, (kernel_findings.Finding(error.place, "xml.broken", str(error)),))
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
        node = find_process(self.root, self.report)
        if node is None:
            return None
        process_id = self._identify(node, "process", "Datei")
        check_vendor(node, process_id, self.report)
        self._read_scope(node, scope="", place=process_id, depth=0)
        self._connect()
        return Process(process_id, node.get("name", ""), self.elements, self.flows)

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
        elif len(found) > MAX_ID:
            self.report(found, "id.long", f"Die id hat mehr als {MAX_ID} Zeichen. Kürzen Sie sie.")
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
            element_id = self._identify(child, name, place)
            language = self.root.get("expressionLanguage", "")
            reader = ElementReader(self.messages, self.errors, language, self.report)
            element = self.elements[element_id] = reader.read(child, KINDS[name], element_id, scope)
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
            parts.check_language(condition, self.root.get("expressionLanguage", ""), flow_id, self.report)
        self.flows[flow_id] = Flow(
            id=flow_id,
            source=reference(node.get("sourceRef", "")),
            target=reference(node.get("targetRef", "")),
            condition=parts.text_of(conditions[0]) if conditions else "",
            name=node.get("name", ""),
        )
        self.flow_scopes[flow_id] = scope

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


def _belongs_to_activity(name: str) -> bool:
    """Whether the tag is a part that `_read_element` looks at (or a picture of data), not an element of its own."""
    return name.endswith(
        ("EventDefinition", "LoopCharacteristics", "Association", "Set", "dataInput", "dataOutput")
    ) or (name in ("eventDefinitionRef", "rendering", "completionCondition"))
