"""The deployment check: everything that stands against running a process, before it runs."""

from __future__ import annotations

from rathaus.kernel.public import findings

from ..bpmn.model import Process
from ..bpmn.reader import MAX_FINDINGS, read_process
from ..environment import Environment
from .expressions import check_expressions
from .graph import Graph
from .references import check_references
from .results import check_result_names
from .structure import check_structure


def check_process(xml: bytes | str, *, environment: Environment) -> list[findings.Finding]:
    """All findings, in the order of the file where possible; empty means that it can be deployed. Never raises."""
    data = xml.encode() if isinstance(xml, str) else xml
    reading = read_process(data)
    found = list(reading.findings)
    if reading.process is not None:
        found += check_model(reading.process, environment)
    return list(dict.fromkeys(found))[:MAX_FINDINGS]


def check_model(process: Process, environment: Environment) -> list[findings.Finding]:
    graph = Graph(process)
    return [
        *check_structure(process, graph),
        *check_references(process, environment),
        *check_result_names(process, graph),
        *check_expressions(process, graph, environment),
    ]
