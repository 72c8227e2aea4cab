"""Names of BPMN 2.0 and what this engine says about those that it does not run."""

from __future__ import annotations

from .model import Kind, Trigger

BPMN = "http://www.omg.org/spec/BPMN/20100524/MODEL"
RATHAUS = "urn:rathaus:bpmn:1"

KINDS: dict[str, Kind] = {
    "startEvent": Kind.START,
    "endEvent": Kind.END,
    "intermediateCatchEvent": Kind.CATCH,
    "boundaryEvent": Kind.BOUNDARY,
    "userTask": Kind.USER,
    "manualTask": Kind.MANUAL,
    "serviceTask": Kind.SERVICE,
    "sendTask": Kind.SEND,
    "receiveTask": Kind.RECEIVE,
    "businessRuleTask": Kind.RULE,
    "exclusiveGateway": Kind.EXCLUSIVE,
    "parallelGateway": Kind.PARALLEL,
    "inclusiveGateway": Kind.INCLUSIVE,
    "eventBasedGateway": Kind.EVENT_GATEWAY,
    "subProcess": Kind.SUBPROCESS,
    "callActivity": Kind.CALL,
}
TAGS = {kind: tag for tag, kind in KINDS.items()}

# Drawing and documentation: allowed, without effect.
IGNORED = frozenset(
    {
        "documentation",
        "extensionElements",
        "laneSet",
        "dataObject",
        "dataObjectReference",
        "dataStoreReference",
        "textAnnotation",
        "group",
        "association",
        "ioSpecification",
        "property",
        "incoming",
        "outgoing",
        "monitoring",
        "auditing",
        "sequenceFlow",
        "supports",
        "resourceRole",
        "performer",
        "humanPerformer",
        "potentialOwner",
        "correlationSubscription",
    }
)

UNSUPPORTED: dict[str, str] = {
    "task": "Eine Aufgabe ohne Art kann nicht ausgeführt werden. Wählen Sie eine Art, zum Beispiel "
    "„Benutzeraufgabe“ (userTask) oder „Dienstaufgabe“ (serviceTask).",
    "scriptTask": "Skriptaufgaben werden nicht ausgeführt. Verwenden Sie eine Dienstaufgabe (serviceTask) mit einer "
    "Aktion oder eine Entscheidungstabelle (businessRuleTask).",
    "adHocSubProcess": "Ad-hoc-Teilprozesse werden nicht ausgeführt. Zeichnen Sie die Reihenfolge mit Sequenzflüssen.",
    "transaction": "Transaktionen werden nicht ausgeführt. Verwenden Sie einen Teilprozess mit angehefteten "
    "Fehlerereignissen.",
    "complexGateway": "Komplexe Gateways werden nicht ausgeführt. Verwenden Sie ein exklusives, paralleles oder "
    "inklusives Gateway.",
    "intermediateThrowEvent": "Auslösende Zwischenereignisse werden nicht ausgeführt. Verwenden Sie eine Sendeaufgabe "
    "(sendTask) oder eine Dienstaufgabe.",
    "implicitThrowEvent": "Implizite Ereignisse werden nicht ausgeführt. Löschen Sie das Element.",
    "event": "Ein Ereignis ohne Art kann nicht ausgeführt werden. Wählen Sie ein Start-, Zwischen- oder Endereignis.",
    "subChoreography": "Choreografien werden nicht ausgeführt. Zeichnen Sie einen Prozess.",
    "choreographyTask": "Choreografien werden nicht ausgeführt. Zeichnen Sie einen Prozess.",
    "callChoreography": "Choreografien werden nicht ausgeführt. Zeichnen Sie einen Prozess.",
}

TRIGGERS: dict[str, Trigger] = {
    "timerEventDefinition": Trigger.TIMER,
    "messageEventDefinition": Trigger.MESSAGE,
    "errorEventDefinition": Trigger.ERROR,
    "terminateEventDefinition": Trigger.TERMINATE,
}

UNSUPPORTED_TRIGGERS: dict[str, str] = {
    "signalEventDefinition": "Signale werden nicht ausgeführt. Verwenden Sie eine Nachricht.",
    "escalationEventDefinition": "Eskalationen werden nicht ausgeführt. Verwenden Sie ein angeheftetes Zeit- oder "
    "Fehlerereignis.",
    "compensateEventDefinition": "Kompensation wird nicht ausgeführt. Zeichnen Sie den Rückweg als eigenen Ablauf.",
    "conditionalEventDefinition": "Bedingungsereignisse werden nicht ausgeführt. Verwenden Sie ein Gateway mit "
    "Bedingung oder eine Nachricht.",
    "linkEventDefinition": "Verknüpfungsereignisse werden nicht ausgeführt. Verbinden Sie die Elemente mit einem "
    "Sequenzfluss.",
    "cancelEventDefinition": "Abbruchereignisse werden nicht ausgeführt. Verwenden Sie ein Fehlerereignis.",
    "eventDefinitionRef": "Verweise auf Ereignisarten werden nicht gelesen. Legen Sie die Ereignisart am Ereignis an.",
}

ALLOWED_TRIGGERS: dict[Kind, frozenset[Trigger]] = {
    Kind.START: frozenset({Trigger.NONE, Trigger.MESSAGE, Trigger.TIMER}),
    Kind.END: frozenset({Trigger.NONE, Trigger.MESSAGE, Trigger.ERROR, Trigger.TERMINATE}),
    Kind.CATCH: frozenset({Trigger.MESSAGE, Trigger.TIMER}),
    Kind.BOUNDARY: frozenset({Trigger.MESSAGE, Trigger.TIMER, Trigger.ERROR}),
}

TRIGGER_HINTS: dict[Kind, str] = {
    Kind.START: "Ein Prozess startet ohne Auslöser, durch eine Nachricht oder zu einer Zeit. "
    "Wählen Sie eine dieser Arten.",
    Kind.END: "Ein Endereignis ist einfach, sendet eine Nachricht, meldet einen Fehler oder beendet alles. "
    "Wählen Sie eine dieser Arten.",
    Kind.CATCH: "Ein Zwischenereignis wartet auf eine Nachricht oder eine Zeit. Wählen Sie eine dieser Arten.",
    Kind.BOUNDARY: "Ein angeheftetes Ereignis wartet auf eine Nachricht, eine Zeit oder einen Fehler. "
    "Wählen Sie eine dieser Arten.",
}

# Attributes of the namespace `urn:rathaus:bpmn:1` by where they have a meaning.
RATHAUS_ATTRIBUTES: dict[Kind, frozenset[str]] = {
    Kind.USER: frozenset({"role", "form", "dueWorkingDays", "result", "collection", "elementVariable"}),
    Kind.MANUAL: frozenset({"role", "form", "dueWorkingDays", "result", "collection", "elementVariable"}),
    Kind.SERVICE: frozenset({"action", "result", "collection", "elementVariable"}),
    Kind.SEND: frozenset({"action", "result", "collection", "elementVariable"}),
    Kind.RULE: frozenset({"decision", "result", "collection", "elementVariable"}),
    Kind.RECEIVE: frozenset({"result", "collection", "elementVariable"}),
    Kind.SUBPROCESS: frozenset({"result", "collection", "elementVariable"}),
    Kind.CALL: frozenset({"result", "collection", "elementVariable"}),
    Kind.START: frozenset({"result", "workingDays"}),
    Kind.CATCH: frozenset({"result", "workingDays"}),
    Kind.BOUNDARY: frozenset({"result", "workingDays"}),
    Kind.END: frozenset({"action"}),
}


def local(tag: object) -> tuple[str, str]:
    """(namespace, local name) of an ElementTree tag; comments and instructions give two empty texts."""
    if not isinstance(tag, str):
        return "", ""
    if tag.startswith("{"):
        namespace, _, name = tag[1:].partition("}")
        return namespace, name
    return "", tag
