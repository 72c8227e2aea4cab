"""The drawing: sequence flows, gateways, events and what hangs on what."""

from __future__ import annotations

from collections.abc import Iterator

from rathaus.kernel.public import findings

from ..bpmn.model import ACTIVITIES, GATEWAYS, PEOPLE_TASKS, Element, Kind, Process, TimerKind, Trigger
from .graph import Graph

Finding = findings.Finding
THROWS_ERRORS = frozenset({Kind.SERVICE, Kind.SEND, Kind.SUBPROCESS, Kind.CALL})
CHOOSING = frozenset({Kind.EXCLUSIVE, Kind.INCLUSIVE})


def check_structure(process: Process, graph: Graph) -> Iterator[Finding]:
    yield from _scope_starts(process, "", process.id)
    for element in process.elements.values():
        yield from _ends_of(element)
        yield from _by_kind(process, element)
        yield from _boundary(process, element)
    yield from _conditions(process)
    yield from _unreachable(process, graph)


def _scope_starts(process: Process, scope: str, place: str) -> Iterator[Finding]:
    starts = process.starts(scope)
    plain = [start for start in starts if start.trigger == Trigger.NONE]
    if not starts:
        what = "Der Teilprozess" if scope else "Der Prozess"
        yield Finding(
            place, "start.missing", f"{what} hat kein Startereignis. Zeichnen Sie ein Startereignis."
        )
    for extra in plain[1:]:
        yield Finding(
            extra.id,
            "start.several",
            "Es gibt mehrere einfache Startereignisse. Behalten Sie eines und teilen Sie mit einem Gateway auf.",
        )
    if scope:
        for start in starts:
            if start.trigger != Trigger.NONE:
                yield Finding(
                    start.id,
                    "start.subprocess",
                    "Ein Teilprozess beginnt mit einem einfachen Startereignis. Entfernen Sie den Auslöser.",
                )


def _ends_of(element: Element) -> Iterator[Finding]:
    if element.kind == Kind.REFUSED:
        return
    if element.kind == Kind.END:
        if element.outgoing:
            yield Finding(
                element.id,
                "flow.after_end",
                "Nach dem Endereignis geht es weiter. Löschen Sie den Sequenzfluss.",
            )
    elif not element.outgoing:
        yield Finding(
            element.id,
            "flow.missing",
            f"Von „{element.label}“ führt kein Sequenzfluss weiter. Verbinden Sie das Element mit dem nächsten "
            "Schritt oder einem Endereignis.",
        )
    if element.kind in (Kind.START, Kind.BOUNDARY) and element.incoming:
        yield Finding(
            element.id,
            "flow.into_start",
            "Zu diesem Ereignis darf kein Sequenzfluss führen. Löschen Sie ihn.",
        )


def _by_kind(process: Process, element: Element) -> Iterator[Finding]:
    for is_wrong, rule, message in (*_about_work(element), *_about_events(element)):
        if is_wrong:
            yield Finding(element.id, rule, message)
    if element.kind == Kind.CALL:
        yield from _call(process, element)
    if element.kind == Kind.SUBPROCESS:
        yield from _scope_starts(process, element.id, element.id)
    if element.kind == Kind.EVENT_GATEWAY:
        yield from _event_gateway(process, element)


def _about_work(element: Element) -> Iterator[tuple[bool, str, str]]:
    """(wrong, rule, what to do) for tasks."""
    kind, name = element.kind, element.label
    yield (
        kind in PEOPLE_TASKS and element.task is not None and not element.task.role,
        "task.role",
        f"Für „{name}“ ist niemand zuständig. Tragen Sie rathaus:role ein.",
    )
    yield (
        kind == Kind.SERVICE and not element.action,
        "action.missing",
        f"„{name}“ hat keine Aktion. Tragen Sie rathaus:action ein.",
    )
    yield (
        kind == Kind.SEND and not element.action and not element.message,
        "action.missing",
        f"„{name}“ sendet nichts. Tragen Sie rathaus:action ein oder wählen Sie eine Nachricht.",
    )
    yield (
        kind == Kind.RULE and not element.decision,
        "decision.missing",
        f"„{name}“ hat keine Entscheidungstabelle. Tragen Sie rathaus:decision ein.",
    )


def _about_events(element: Element) -> Iterator[tuple[bool, str, str]]:
    """(wrong, rule, what to do) for events."""
    kind, trigger = element.kind, element.trigger
    is_message = trigger == Trigger.MESSAGE
    yield (
        kind == Kind.END and is_message and not (element.action or element.message),
        "action.missing",
        "Das Endereignis sendet nichts. Wählen Sie eine Nachricht oder tragen Sie rathaus:action ein.",
    )
    yield (
        kind == Kind.END and not is_message and bool(element.action),
        "action.end",
        "Nur ein Nachrichten-Endereignis hat eine Aktion. Ändern Sie die Art des Endes.",
    )
    yield (
        kind == Kind.CATCH and trigger == Trigger.NONE,
        "event.empty",
        "Das Zwischenereignis wartet auf nichts. Wählen Sie einen Auslöser.",
    )
    yield (
        kind == Kind.END and trigger == Trigger.ERROR and not element.error,
        "error.missing",
        "Das Fehlerende nennt keinen Fehler. Wählen Sie einen Fehler aus.",
    )
    yield (
        element.timer is not None and element.timer.kind == TimerKind.CYCLE and not _may_repeat(element),
        "timer.cycle",
        "Eine Wiederholung ist nur bei Startereignissen und nicht unterbrechenden angehefteten Ereignissen "
        "möglich. Verwenden Sie eine Dauer (timeDuration).",
    )


def _may_repeat(element: Element) -> bool:
    return element.kind == Kind.START or (element.kind == Kind.BOUNDARY and not element.interrupting)


def _call(process: Process, element: Element) -> Iterator[Finding]:
    if not element.called:
        yield Finding(
            element.id,
            "call.missing",
            f"„{element.label}“ ruft keinen Prozess auf. Tragen Sie calledElement (die id des Prozesses) ein.",
        )
    elif element.called == process.id:
        yield Finding(
            element.id,
            "call.itself",
            "Der Prozess ruft sich selbst auf und käme nie zum Ende. Rufen Sie einen anderen Prozess auf.",
        )


def _event_gateway(process: Process, element: Element) -> Iterator[Finding]:
    if len(element.outgoing) < 2:
        yield Finding(
            element.id,
            "gateway.events",
            "Das Ereignis-Gateway braucht mindestens zwei Ereignisse, zwischen denen gewartet wird. "
            "Ergänzen Sie eines.",
        )
    for flow in process.outgoing(element):
        target = process.elements[flow.target]
        if target.kind not in (Kind.CATCH, Kind.RECEIVE, Kind.REFUSED):
            yield Finding(
                flow.id,
                "gateway.events",
                f"Auf das Ereignis-Gateway folgt „{target.label}“. Möglich sind nur Zwischenereignisse mit "
                "Nachricht oder Zeit und Empfangsaufgaben.",
            )
        elif len(target.incoming) > 1:
            yield Finding(
                target.id,
                "gateway.events",
                "Zu diesem Ereignis führt außer dem Ereignis-Gateway noch ein anderer Weg. Zeichnen Sie das Ereignis "
                "für den anderen Weg noch einmal.",
            )
        elif target.multi or process.boundaries(target.id):
            yield Finding(
                target.id,
                "gateway.events",
                "Nach dem Ereignis-Gateway sind Mehrfachausführung und angeheftete Ereignisse nicht möglich. "
                "Entfernen Sie sie.",
            )


def _boundary(process: Process, element: Element) -> Iterator[Finding]:
    if element.kind != Kind.BOUNDARY:
        return
    host = process.elements.get(element.attached_to)
    if host is not None and host.kind == Kind.REFUSED:
        return
    if host is None or host.kind not in ACTIVITIES or host.scope != element.scope:
        yield Finding(
            element.id,
            "boundary.host",
            "Das Ereignis ist an keine Aktivität angeheftet. Setzen Sie es auf den Rand einer Aufgabe, eines "
            "Teilprozesses oder einer Aufrufaktivität derselben Ebene.",
        )
        return
    if element.trigger == Trigger.NONE:
        yield Finding(
            element.id,
            "event.empty",
            "Das angeheftete Ereignis hat keinen Auslöser. Wählen Sie einen Auslöser.",
        )
    if element.trigger == Trigger.ERROR:
        if host.kind not in THROWS_ERRORS:
            yield Finding(
                element.id,
                "boundary.error",
                f"„{host.label}“ meldet keine Fehler. Verwenden Sie Ergebnisse der Aufgabe und ein exklusives Gateway.",
            )
        same = [
            other.id
            for other in process.boundaries(host.id)
            if other.trigger == Trigger.ERROR and other.error == element.error
        ]
        if same[0] != element.id:
            yield Finding(
                element.id,
                "boundary.twice",
                "Für denselben Fehler ist schon ein Ereignis angeheftet. Löschen Sie eines der beiden.",
            )


def _conditions(process: Process) -> Iterator[Finding]:
    for element in process.elements.values():
        yield from _default(process, element)
        flows = process.outgoing(element)
        for flow in flows:
            if flow.condition and element.kind not in CHOOSING:
                yield Finding(
                    flow.id,
                    "condition.place",
                    "Eine Bedingung ist nur nach einem exklusiven oder inklusiven Gateway möglich. Fügen Sie ein "
                    "Gateway ein oder löschen Sie die Bedingung.",
                )
            elif (
                element.kind in CHOOSING
                and len(flows) > 1
                and not flow.condition
                and flow.id != element.default
            ):
                yield Finding(
                    flow.id,
                    "condition.missing",
                    f"Der Weg von „{element.label}“ zu „{process.elements[flow.target].label}“ hat keine Bedingung. "
                    "Tragen Sie eine Bedingung ein oder machen Sie ihn zum Standardweg.",
                )
        if element.kind in CHOOSING and len(flows) == 1 and flows[0].condition:
            yield Finding(
                flows[0].id,
                "condition.single",
                f"„{element.label}“ hat nur einen Weg, und der hat eine Bedingung. Ergänzen Sie einen Standardweg "
                "oder löschen Sie die Bedingung.",
            )


def _default(process: Process, element: Element) -> Iterator[Finding]:
    if not element.default:
        return
    if element.kind not in CHOOSING:
        yield Finding(
            element.id,
            "default.place",
            "Einen Standardweg gibt es nur an exklusiven und inklusiven Gateways. Entfernen Sie ihn.",
        )
    elif element.default not in element.outgoing:
        yield Finding(
            element.id,
            "default.dangling",
            f"Den Standardweg „{element.default}“ gibt es nicht. Wählen Sie einen der ausgehenden Sequenzflüsse.",
        )
    elif process.flows[element.default].condition:
        yield Finding(
            element.default,
            "default.condition",
            "Der Standardweg hat eine Bedingung, die nie geprüft wird. Löschen Sie die Bedingung.",
        )


def _unreachable(process: Process, graph: Graph) -> Iterator[Finding]:
    if not process.starts():
        return
    reachable = graph.reachable()
    for element in process.elements.values():
        is_judged = element.kind != Kind.REFUSED and (element.kind != Kind.BOUNDARY or element.attached_to)
        if is_judged and element.id not in reachable:
            what = "Das Gateway" if element.kind in GATEWAYS else "Das Element"
            yield Finding(
                element.id,
                "element.unreachable",
                f"{what} „{element.label}“ wird nie erreicht. Verbinden Sie es mit dem Ablauf oder löschen Sie es.",
            )
