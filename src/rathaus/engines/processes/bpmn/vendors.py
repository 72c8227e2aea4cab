"""What other engines add to BPMN: refused where they would do something with it that ours does not."""

from __future__ import annotations

from collections.abc import Iterator
from xml.etree.ElementTree import Element as Node

from .parts import Report, children
from .tags import BPMN, local

# Namespaces of engines, by the prefix that people know. Others (drawing tools, simulation) only describe.
ENGINES = {
    "http://camunda.org/schema/1.0/bpmn": "camunda",
    "http://camunda.org/schema/zeebe/1.0": "zeebe",
    "http://activiti.org/bpmn": "activiti",
    "http://flowable.org/bpmn": "flowable",
    "http://www.jboss.org/drools": "drools",
    "http://operaton.org/schema/1.0/bpmn": "operaton",
}
# Descriptions of theirs without effect on the course.
HARMLESS_ELEMENTS = frozenset(
    {
        "modelerTemplate",
        "modelerTemplateIcon",
        "versionTag",
        "metaData",
        "metadata",
        "global",
        "import",
        "exampleOutputData",
    }
)
# Attributes by which they do work, choose people, or read and write data.
ACTING_ATTRIBUTES = frozenset(
    {
        "assignee",
        "calledElementBinding",
        "calledElementVersion",
        "candidateGroups",
        "candidateUsers",
        "class",
        "collection",
        "decisionRef",
        "delegateExpression",
        "dueDate",
        "elementVariable",
        "expression",
        "followUpDate",
        "formHandlerClass",
        "formKey",
        "formRef",
        "initiator",
        "mapDecisionResult",
        "resource",
        "resultVariable",
        "resultVariableName",
        "ruleFlowGroup",
        "skipExpression",
        "taskName",
        "topic",
        "type",
        "variableMappingClass",
        "variableMappingDelegateExpression",
    }
)


def check_vendor(node: Node, place: str, report: Report) -> None:
    """Report what another engine would do at this element, one finding for each kind of it."""
    for name in dict.fromkeys((*_attributes(node), *_elements(node))):
        report(
            place,
            "extension.vendor",
            f"„{name}“ stammt von einem anderen Programm und wird nicht ausgeführt. Löschen Sie die Angabe und sagen "
            "Sie es mit Angaben aus „rathaus:“.",
        )


def _attributes(node: Node) -> Iterator[str]:
    parts = (
        node,
        *(child for child in node if local(child.tag)[0] == BPMN and _is_part(local(child.tag)[1])),
    )
    for part in parts:
        for key in part.attrib:
            namespace, name = local(key)
            if namespace in ENGINES and name in ACTING_ATTRIBUTES:
                yield f"{ENGINES[namespace]}:{name}"


def _is_part(name: str) -> bool:
    return name.endswith(("EventDefinition", "LoopCharacteristics"))


def _elements(node: Node) -> Iterator[str]:
    blocks = [*children(node, "extensionElements")]
    for part in node:
        if local(part.tag)[0] == BPMN and _is_part(local(part.tag)[1]):
            blocks += children(part, "extensionElements")
    for block in blocks:
        for child in block:
            namespace, name = local(child.tag)
            if namespace in ENGINES and name not in HARMLESS_ELEMENTS and not _is_empty(child):
                yield f"{ENGINES[namespace]}:{name}"


def _is_empty(node: Node) -> bool:
    return not len(node) and not node.attrib and not (node.text or "").strip()
