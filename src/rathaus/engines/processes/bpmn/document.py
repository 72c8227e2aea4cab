"""The file around the process: choreographies, pools, several processes."""

from __future__ import annotations

from xml.etree.ElementTree import Element as Node

from . import parts
from .parts import Report
from .tags import KINDS, local


def find_process(root: Node, report: Report) -> Node | None:
    """The process that the file is about; everything beside it that would have to run is reported."""
    for number, child in enumerate(root, start=1):
        name = local(child.tag)[1]
        if name in ("choreography", "globalChoreographyTask", "conversation") or name.startswith("global"):
            report(
                child.get("id") or f"{name} (Nr. {number} der Datei)",
                "element.unsupported",
                f"„{name}“ wird nicht ausgeführt. Löschen Sie das Element und zeichnen Sie einen Prozess.",
            )
    _check_collaboration(root, report)
    processes = list(parts.children(root, "process"))
    filled = [node for node in processes if any(local(child.tag)[1] in KINDS for child in node)]
    if not processes:
        report("Datei", "process.missing", "Die Datei enthält keinen Prozess. Zeichnen Sie einen Prozess.")
        return None
    for extra in filled[1:]:
        report(
            extra.get("id") or "process ohne id",
            "process.several",
            "Die Datei enthält mehrere Prozesse. Speichern Sie jeden Prozess in einer eigenen Datei.",
        )
    node = (filled or processes)[0]
    if not parts.is_true(node.get("isExecutable")):
        report(
            node.get("id") or "process ohne id",
            "process.executable",
            "Der Prozess ist nicht als ausführbar gekennzeichnet. Setzen Sie isExecutable=„true“.",
        )
    return node


def _check_collaboration(root: Node, report: Report) -> None:
    for collaboration in parts.children(root, "collaboration"):
        for extra in list(parts.children(collaboration, "participant"))[1:]:
            report(
                extra.get("id") or f"participant „{extra.get('name', '')}“ ohne id",
                "pool.several",
                "Es gibt mehr als einen Pool. Behalten Sie einen Pool und stellen Sie die anderen Beteiligten "
                "durch Nachrichten dar.",
            )
        for pool in parts.children(collaboration, "participant"):
            if next(parts.children(pool, "participantMultiplicity"), None) is not None:
                report(
                    pool.get("id") or "participant ohne id",
                    "element.unsupported",
                    "Mehrere gleichartige Beteiligte (participantMultiplicity) werden nicht ausgeführt. Löschen Sie "
                    "die Markierung und verwenden Sie die Mehrfachausführung einer Aufgabe.",
                )
        for flow in parts.children(collaboration, "messageFlow"):
            report(
                flow.get("id") or "messageFlow ohne id",
                "element.unsupported",
                "Nachrichtenflüsse zwischen Pools werden nicht ausgeführt. Löschen Sie den Nachrichtenfluss und "
                "verwenden Sie Nachrichtenereignisse.",
            )
