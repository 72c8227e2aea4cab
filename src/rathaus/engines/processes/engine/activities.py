"""What happens at tasks, events, subprocesses and calls."""

from __future__ import annotations

import uuid

import feel
from rathaus.identity.public import AccessSet
from rathaus.kernel.public import timelimits

from .. import expressions
from ..bpmn.model import Element, Kind, Trigger
from ..enums import HistoryKind, IncidentKind, TokenState
from ..models import ProcessInstance, ProcessVersion, Token, UserTask
from . import waits
from .compiled import decision_of
from .core import cancel, complete, consume, handles
from .core import start as start_instance
from .errors import fail, throw
from .problems import Problem
from .run import Run, Running
from .service import begin_action

MAX_CALL_DEPTH = 10


@handles(Kind.START)
def _start(run: Run, running: Running, token: Token, element: Element) -> None:
    complete(run, running, token)


@handles(Kind.END)
def _end(run: Run, running: Running, token: Token, element: Element) -> None:
    if element.action and not token.data.get("sent"):
        begin_action(run, running, token, element)
        return
    if element.trigger == Trigger.ERROR:
        run.note(running, element, HistoryKind.ERROR, {"code": element.error})
        if not throw(run, running, token, element.error, element.name):
            fail(run, running, element.error)
        return
    run.note(running, element, HistoryKind.COMPLETED)
    if element.message:
        run.messages.append((element.message, running.row.subject))
    if element.trigger == Trigger.TERMINATE:
        _terminate(run, running, token)
    consume(run, running, token)


def _terminate(run: Run, running: Running, token: Token) -> None:
    """End everything else in the same scope (BPMN 2.0.2, 10.5.3)."""
    for other in list(running.tokens.values()):
        if other.parent_id == token.parent_id and other.id != token.id and other.id in running.tokens:
            cancel(run, running, other)


@handles(Kind.CATCH, Kind.RECEIVE)
def _catch(run: Run, running: Running, token: Token, element: Element) -> None:
    run.wait(token, TokenState.EVENT)
    waits.arm(run, running, token, element)


@handles(Kind.SUBPROCESS)
def _subprocess(run: Run, running: Running, token: Token, element: Element) -> None:
    run.wait(token, TokenState.SCOPE)
    begin = running.process.starts(element.id)[0]
    inner = run.new_token(running, begin.id, parent_id=token.id)
    run.ready.append((running, inner))


@handles(Kind.USER, Kind.MANUAL)
def _user_task(run: Run, running: Running, token: Token, element: Element) -> None:
    assert element.task is not None
    row = running.row
    target = row.routing.get(element.task.role)
    if target is None:
        raise Problem(
            IncidentKind.ROUTING,
            f"Die Rolle „{element.task.role}“ ist keiner Stelle zugeordnet. Ordnen Sie sie in der Leistung einer "
            "Organisationseinheit zu und versuchen Sie es erneut.",
        )
    days = element.task.due_working_days
    run.wait(token, TokenState.TASK)
    run.tasks.append(
        UserTask(
            instance_id=row.id,
            token_id=token.id,
            element_id=element.id,
            name=element.label[:300],
            documentation=element.documentation,
            subject=row.subject,
            role=element.task.role,
            unit_id=target["unit"],
            post_role=target.get("post_role") or "",
            access_set_id=row.access_set_id or _access_set_of(target["unit"]),
            form_key=element.task.form,
            outcomes=[_outcome(outcome) for outcome in element.task.outcomes],
            result_name=element.result_name,
            scope=_scope_names(running, token),
            due_on=timelimits.add_working_days(run.now.date(), days) if days else None,
            created_at=run.now,
        )
    )


def _outcome(outcome: object) -> dict[str, str]:
    return {name: getattr(outcome, name) for name in type(outcome).__slots__}  # type: ignore[attr-defined]  # a slots dataclass


def _scope_names(running: Running, token: Token) -> dict[str, object]:
    found: dict[str, object] = {}
    for scope in reversed(running.scopes_of(token)):
        found.update(scope.variables or {})
    return found


def _access_set_of(unit_id: int) -> int:
    return AccessSet.objects.values_list("pk", flat=True).get(unit_id=unit_id)


@handles(Kind.RULE)
def _rule(run: Run, running: Running, token: Token, element: Element) -> None:
    found = decision_of(running.row.version_id, element.decision)
    if found is None:
        raise Problem(
            IncidentKind.DECISION,
            f"Die Entscheidung „{element.decision}“ fehlt. Veröffentlichen Sie sie mit.",
        )
    context = running.context_for(token)
    given = {entry.name: run.value(running, token, entry.value) for entry in element.inputs}
    inputs = {
        name: given[name] if name in given else context.get(name) for name in found.model.inputs(found.name)
    }
    try:
        result = found.model.evaluate(found.name, inputs, now=run.now)
    except feel.FeelError as error:
        raise Problem(IncidentKind.DECISION, str(error)) from error
    details = {
        "decision": found.name,
        "matched_rules": list(result.matched_rules),
        "rules_by_decision": {name: list(rules) for name, rules in result.rules_by_decision.items()},
        "inputs": expressions.dump(inputs),
        "result": expressions.dump_value(result.value),
    }
    if result.value is None and not result.matched_rules:
        why = f" ({result.warnings[0]})" if result.warnings else ""
        raise Problem(
            IncidentKind.DECISION,
            f"Die Entscheidung „{found.name}“ hat kein Ergebnis: Keine Zeile der Tabelle trifft zu{why}. Ergänzen Sie "
            "die Tabelle oder tragen Sie das Ergebnis von Hand ein.",
        )
    complete(run, running, token, result.value, details=details, kind=HistoryKind.DECIDED)


@handles(Kind.CALL)
def _call(run: Run, running: Running, token: Token, element: Element) -> None:
    row = running.row
    version = (
        ProcessVersion.objects.filter(definition__key=element.called).order_by("-number").only("id").first()
    )
    if version is None:
        raise Problem(
            IncidentKind.CALL,
            f"Der Prozess „{element.called}“ ist nicht veröffentlicht. Veröffentlichen Sie ihn.",
        )
    if row.depth >= MAX_CALL_DEPTH:
        raise Problem(
            IncidentKind.LOOP, f"Mehr als {MAX_CALL_DEPTH} Prozesse rufen einander auf, vermutlich im Kreis."
        )
    names = running.names_for(token)
    names.pop("heute")
    child = ProcessInstance(
        id=uuid.uuid4(),
        version_id=version.pk,
        subject=row.subject,
        variables=expressions.dump(names),
        routing=row.routing,
        access_set_id=row.access_set_id,
        parent_id=row.id,
        parent_token_id=token.id,
        root_id=row.root_id,
        depth=row.depth + 1,
        automatic_steps=row.automatic_steps,
        started_at=run.now,
    )
    run.wait(token, TokenState.CALL)
    called = run.add(child, (), is_new=True)
    starts = sorted(called.process.starts(), key=lambda begin: begin.trigger != Trigger.NONE)
    start_instance(run, called, starts[0])
