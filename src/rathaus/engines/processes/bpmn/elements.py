"""One element of the drawing: its kind, trigger and parts, and what of it cannot be run."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from xml.etree.ElementTree import Element as Node

from . import parts
from .model import ACTIVITIES, PEOPLE_TASKS, Element, Kind, Trigger
from .parts import Report
from .tags import (
    ALLOWED_TRIGGERS,
    BPMN,
    RATHAUS,
    RATHAUS_ATTRIBUTES,
    TAGS,
    TRIGGER_HINTS,
    TRIGGERS,
    UNSUPPORTED_TRIGGERS,
    local,
)
from .vendors import check_vendor

EXTENSIONS = {
    Kind.USER: ("outcome",),
    Kind.MANUAL: ("outcome",),
    Kind.SERVICE: ("input",),
    Kind.SEND: ("input",),
    Kind.RULE: ("input",),
    Kind.END: ("input",),
}
# As long as the columns that hold them.
MAX_MESSAGE = 200
MAX_RESULT = 100
RESPONSIBLE = frozenset(
    (BPMN, name) for name in ("potentialOwner", "humanPerformer", "performer", "resourceRole")
)


def reference(text: str) -> str:
    """The id a QName refers to; the prefix names the file's own namespace."""
    return text.strip().rpartition(":")[2]


@dataclass(frozen=True, slots=True)
class ElementReader:
    """Reads elements against what the file declares: messages and errors by id."""

    messages: Mapping[str, str]
    errors: Mapping[str, str]
    language: str  # of expressions that name none; "" for FEEL
    report: Report

    def read(self, node: Node, kind: Kind, element_id: str, scope: str) -> Element:
        self._check_attributes(node, kind, element_id)
        self._check_languages(node, element_id)
        self._check_result(node, element_id)
        check_vendor(node, element_id, self.report)
        parts.check_extensions(node, element_id, EXTENSIONS.get(kind, ()), self.report)
        trigger, definition = self._trigger(node, kind, element_id)
        attached = reference(node.get("attachedToRef", ""))
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
            interrupting=self._interrupts(node, trigger, element_id),
            default=reference(node.get("default", "")),
            task=parts.task_spec(node, element_id, self.report) if kind in PEOPLE_TASKS else None,
            action=parts.own(node, "action"),
            inputs=parts.inputs(node, element_id, self.report),
            decision=parts.own(node, "decision"),
            called=reference(node.get("calledElement", "")),
            multi=parts.multi_spec(node, element_id, self.report) if kind in ACTIVITIES else None,
        )

    def _interrupts(self, node: Node, trigger: Trigger, place: str) -> bool:
        """Whether a boundary event ends its activity; an error always does (BPMN 2.0.2, 10.5.6)."""
        interrupts = node.get("cancelActivity", "true").strip() not in ("false", "0")
        if trigger == Trigger.ERROR and not interrupts:
            message = (
                "Ein angehefteter Fehler beendet die Aktivität immer. Setzen Sie cancelActivity=„true“ oder verwenden "
                "Sie eine Nachricht oder eine Zeit."
            )
            self.report(place, "boundary.beside", message)
        return interrupts or trigger == Trigger.ERROR

    def _check_result(self, node: Node, place: str) -> None:
        if len(parts.own(node, "result")) > MAX_RESULT:
            self.report(
                place,
                "result.long",
                f"rathaus:result hat mehr als {MAX_RESULT} Zeichen. Kürzen Sie den Namen.",
            )

    def _check_languages(self, node: Node, place: str) -> None:
        """Of counts and conditions in a multi-instance; the texts of timers are ISO 8601 or FEEL in any case."""
        for loop in parts.children(node, "multiInstanceLoopCharacteristics"):
            for expression in loop:
                if local(expression.tag)[1] in ("loopCardinality", "completionCondition"):
                    parts.check_language(expression, self.language, place, self.report)

    def _check_attributes(self, node: Node, kind: Kind, place: str) -> None:
        for message in forbidden(node, kind):
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
        wanted = reference(node.get("messageRef", ""))
        if wanted and wanted not in self.messages:
            self.report(
                place,
                "message.dangling",
                f"Die Nachricht „{wanted}“ gibt es nicht. Wählen Sie eine Nachricht aus.",
            )
            return ""
        name = self.messages.get(wanted, "") if wanted else ""
        if needed and not name:
            self.report(
                place,
                "message.missing",
                "Es ist nicht angegeben, auf welche Nachricht gewartet wird. Wählen Sie eine Nachricht mit Namen aus.",
            )
        if len(name) > MAX_MESSAGE:
            self.report(
                place,
                "message.long",
                f"Der Name der Nachricht hat mehr als {MAX_MESSAGE} Zeichen. Kürzen Sie ihn.",
            )
        return name

    def _error(self, definition: Node | None, place: str) -> str:
        wanted = reference(definition.get("errorRef", "")) if definition is not None else ""
        if wanted and wanted not in self.errors:
            self.report(
                place,
                "error.dangling",
                f"Den Fehler „{wanted}“ gibt es nicht. Wählen Sie einen Fehler aus.",
            )
            return ""
        if wanted and not self.errors[wanted]:
            self.report(
                place, "error.code", f"Der Fehler „{wanted}“ hat keinen Code. Tragen Sie errorCode ein."
            )
        return self.errors.get(wanted, "")


def forbidden(node: Node, kind: Kind) -> Iterator[str]:
    if parts.is_true(node.get("triggeredByEvent")):
        yield (
            "Ereignis-Teilprozesse werden nicht ausgeführt. Verwenden Sie ein angeheftetes Ereignis an einem "
            "Teilprozess."
        )
    if any(local(child.tag) in RESPONSIBLE for child in node):
        yield (
            "Zuständige aus BPMN (potentialOwner, performer, resourceRole) werden nicht gelesen. Verwenden Sie "
            "rathaus:role."
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
