"""Files as they come from elsewhere: each is refused with place and reason, or runs. Never a traceback."""

from __future__ import annotations

import io
import json
import random
import uuid
import zipfile
from pathlib import Path
from xml.etree import ElementTree

import pytest

from rathaus.engines.processes import public as processes
from rathaus.engines.processes.models import Token
from rathaus.kernel.public import clock
from rathaus.site.cli import main
from tests.factories.processes import (
    HEAD,
    Playground,
    boundary,
    bpmn,
    catch,
    end,
    environment,
    error,
    exclusive,
    flow,
    message,
    path,
    service,
    start,
    tag,
    user,
)

from .oracle.drawings import DRAWN
from .oracle.model import Passed
from .oracle.spiff import START

MODEL = "http://www.omg.org/spec/BPMN/20100524/MODEL"
PLAIN = (start(), end(), path("start", "end"))
GOOD = bpmn(*PLAIN)
CAMUNDA = 'xmlns:camunda="http://camunda.org/schema/1.0/bpmn"'


def rules(data: bytes) -> set[tuple[str, str]]:
    found = processes.check_process(data, environment=environment())
    assert all(finding.place and finding.message for finding in found)
    return {(finding.place, finding.rule) for finding in found}


def around(body: str, *, head: str = HEAD, after: str = "") -> bytes:
    return f'{head}<process id="probe" isExecutable="true">{body}</process>{after}</definitions>'.encode()


def with_namespace(data: bytes, declaration: str) -> bytes:
    return data.replace(b"<definitions ", f"<definitions {declaration} ".encode(), 1)


def zipped() -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("a.bpmn", GOOD)
    return buffer.getvalue()


TEXT = GOOD.decode()
BARE = TEXT.split("?>", 1)[1]
READABLE = {
    "utf8_with_mark": b"\xef\xbb\xbf" + GOOD,
    "utf16": ("\ufeff" + TEXT.replace("UTF-8", "UTF-16")).encode("utf-16-le"),
    "utf16_big": ("\ufeff" + TEXT.replace("UTF-8", "UTF-16")).encode("utf-16-be"),
    "latin1": TEXT.replace("UTF-8", "ISO-8859-1").replace("Probe", "Prüfung").encode("latin-1"),
    "no_declaration": BARE.encode(),
    "other_prefix": ElementTree.tostring(ElementTree.fromstring(GOOD), encoding="utf-8"),
    "comments_and_instructions": BARE.replace("<startEvent", "<!-- x --><?x y?><startEvent").encode(),
    "line_ends": TEXT.replace("><", ">\r\n<").encode(),
}
BROKEN = {
    "empty": b"",
    "blank": b" \n ",
    "mark_only": b"\xef\xbb\xbf",
    "text": b"Guten Tag",
    "json": b'{"a": 1}',
    "zip": zipped(),
    "png": b"\x89PNG\r\n\x1a\n\x00\x00",
    "pdf": b"%PDF-1.7\n",
    "cut_off": GOOD[:-30],
    "wrong_encoding": TEXT.replace("UTF-8", "UTF-16").encode(),
    "unknown_encoding": TEXT.replace("UTF-8", "KLINGON-1").encode(),
    "not_the_encoding": TEXT.replace("Probe", "Prüfung").encode("latin-1"),
    "nul": GOOD.replace(b"Probe", b"Pr\x00be"),
    "doctype": GOOD.replace(b"?>", b'?><!DOCTYPE definitions [<!ENTITY a "b">]>', 1),
    "entity": GOOD.replace(b"Probe", b"&xxe;"),
    "unbound_prefix": BARE.replace("<startEvent", "<x:startEvent/><startEvent").encode(),
    "html": b"<html><body>BPMN</body></html>",
    "bpmn1": b'<definitions xmlns="http://schema.omg.org/spec/BPMN/2.0" id="d"><process id="p"/></definitions>',
    "no_namespace": b'<definitions><process id="p" isExecutable="true"/></definitions>',
    "xpdl": b'<Package xmlns="http://www.wfmc.org/2008/XPDL2.1"/>',
    "huge": b"<definitions>" + b"<a/>" * 3_000_000 + b"</definitions>",
    "deep": HEAD.encode() + b"<a>" * 50_000 + b"</a>" * 50_000 + b"</definitions>",
}
# What a file holds, and where it must be refused (place, rule).
SHAPES: dict[str, tuple[bytes, str, str]] = {
    "no_process": (f"{HEAD}</definitions>".encode(), "Datei", "process.missing"),
    "empty_process": (around(""), "probe", "start.missing"),
    "choreography": (
        f'{HEAD}<choreography id="c1"><choreographyTask id="c2"/></choreography></definitions>'.encode(),
        "c1", "element.unsupported",
    ),
    "conversation": (f'{HEAD}<conversation id="c1"/></definitions>'.encode(), "c1", "element.unsupported"),
    "two_pools": (
        around("".join(PLAIN), after='<collaboration id="k"><participant id="p1" processRef="probe"/>'
                                     '<participant id="p2"/></collaboration>'),
        "p2", "pool.several",
    ),
    "message_flow": (
        around("".join(PLAIN), after='<collaboration id="k"><participant id="p1" processRef="probe"/>'
                                     '<messageFlow id="mf" sourceRef="p1" targetRef="start"/></collaboration>'),
        "mf", "element.unsupported",
    ),
    "two_processes": (
        around("".join(PLAIN), after='<process id="zwei"><startEvent id="s2"/></process>'), "zwei", "process.several",
    ),
    "not_executable": (GOOD.replace(b' isExecutable="true"', b""), "probe", "process.executable"),
    "task_without_kind": (around(start() + tag("task", "t") + end() + path("start", "t", "end")), "t",
                          "element.unsupported"),
    "twice_the_same_id": (around("".join(PLAIN) + end()), "end", "id.twice"),
    "no_end": (around(start()), "start", "flow.missing"),
    "no_start": (around(service("a") + end() + path("a", "end")), "probe", "start.missing"),
    "several_starts": (around("".join(PLAIN) + start("s2") + path("s2", "end")), "s2", "start.several"),
    "dangling_flow": (around("".join(PLAIN) + flow("start", "nirgends", flow_id="f")), "f", "flow.dangling"),
    "flow_without_ends": (around("".join(PLAIN) + '<sequenceFlow id="f"/>'), "f", "flow.dangling"),
    "no_default": (
        around(start() + exclusive("g") + end("a") + end("b") + path("start", "g") + flow("g", "a", "x > 1")
               + flow("g", "b")), "g__b", "condition.missing",
    ),
    "juel": (
        around(start() + exclusive("g", "g__b") + end("a") + end("b") + path("start", "g") + flow("g", "a", "${x > 1}")
               + flow("g", "b")), "g__a", "condition.language",
    ),
    "xpath_by_the_file": (
        around(start() + exclusive("g", "g__b") + end("a") + end("b") + path("start", "g") + flow("g", "a", "x > 1")
               + flow("g", "b")).replace(b"<definitions", b'<definitions expressionLanguage="http://www.w3.org/1999/XPath"'),
        "g__a", "condition.language",
    ),
    "javascript": (
        around(start() + exclusive("g", "g__b") + end("a") + end("b") + path("start", "g") + flow("g", "a", "x > 1")
               + flow("g", "b")).replace(b"<conditionExpression", b'<conditionExpression language="javascript"'),
        "g__a", "condition.language",
    ),
    "cron": (
        around(start("start", "<timerEventDefinition><timeCycle>0 0 12 * * ?</timeCycle></timerEventDefinition>")
               + end() + path("start", "end")), "start", "timer.text",
    ),
    "camunda_class": (
        with_namespace(around(service("a").replace("<serviceTask", '<serviceTask camunda:class="de.A"') + "".join(PLAIN)
                              ), CAMUNDA), "a", "extension.vendor",
    ),
    "camunda_listener": (
        with_namespace(around(start("start", '<extensionElements><camunda:executionListener event="start" '
                                             'class="de.A"/></extensionElements>') + end() + path("start", "end")),
                       CAMUNDA), "start", "extension.vendor",
    ),
    "process_listener": (
        with_namespace(around('<extensionElements><camunda:executionListener event="start" class="de.A"/>'
                              "</extensionElements>" + "".join(PLAIN)), CAMUNDA), "probe", "extension.vendor",
    ),
    "owner": (
        around(start() + user("a", inner='<potentialOwner id="o"/>') + end() + path("start", "a", "end")), "a",
        "element.unsupported",
    ),
    "standard_loop": (
        around(start() + user("a", inner="<standardLoopCharacteristics/>") + end() + path("start", "a", "end")), "a",
        "loop.standard",
    ),
    "compensation": (
        around(start() + user("a", isForCompensation="true") + end() + path("start", "a", "end")), "a",
        "element.unsupported",
    ),
    **{
        name: (around(start() + tag(name, "t") + end() + path("start", "t", "end")), "t", "element.unsupported")
        for name in ("scriptTask", "adHocSubProcess", "transaction", "complexGateway", "intermediateThrowEvent",
                     "implicitThrowEvent", "choreographyTask", "erfunden")
    },
    **{
        name: (around(start() + tag("intermediateCatchEvent", "t", f"<{name}/>") + end() + path("start", "t", "end")),
               "t", "event.unsupported")
        for name in ("signalEventDefinition", "conditionalEventDefinition", "linkEventDefinition",
                     "compensateEventDefinition", "escalationEventDefinition", "cancelEventDefinition")
    },
    "error_beside": (
        bpmn(start(), service("a"), end(), path("start", "a", "end"),
             boundary("b", "a", error("x"), interrupting=False), end("e2"), path("b", "e2")), "b", "boundary.beside",
    ),
    "pool_of_many": (
        around("".join(PLAIN), after='<collaboration id="k"><participant id="p1" processRef="probe">'
                                     '<participantMultiplicity id="pm" maximum="3"/></participant></collaboration>'),
        "p1", "element.unsupported",
    ),
    "long_id": (bpmn(start("s" * 201), end(), path("s" * 201, "end")), "s" * 201, "id.long"),
    "long_message": (
        bpmn(start(), catch("c", message("m" * 201)), end(), path("start", "c", "end")), "c", "message.long",
    ),
    "long_result": (bpmn(start(), user("a", rathaus_result="r" * 101), end(), path("start", "a", "end")), "a",
                    "result.long"),
    "long_outcome": (bpmn(start(), user("a", "k" * 101), end(), path("start", "a", "end")), "a", "task.outcome"),
    "event_subprocess": (
        around("".join(PLAIN) + tag("subProcess", "t", start("s") + end("e") + path("s", "e"),
                                    triggeredByEvent="true")), "t", "element.unsupported",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", READABLE)
def test_every_usual_encoding_is_read(name: str) -> None:
    assert rules(READABLE[name]) == set()


@pytest.mark.parametrize("name", BROKEN)
def test_what_is_no_process_is_refused_as_a_whole(name: str) -> None:
    found = rules(BROKEN[name])
    assert found and all(rule.startswith(("file.", "xml.", "process.", "start.")) for _place, rule in found)


@pytest.mark.parametrize("name", SHAPES)
def test_what_is_not_executed_is_refused_at_its_place(name: str) -> None:
    data, place, rule = SHAPES[name]
    assert (place, rule) in rules(data)


def test_pictures_notes_and_simulation_of_other_programs_stand_in_nobodys_way() -> None:
    body = (
        '<laneSet id="ls"><lane id="l1" name="Amt"><flowNodeRef>start</flowNodeRef></lane></laneSet>'
        '<textAnnotation id="n"><text>Hinweis</text></textAnnotation>'
        '<association id="as" sourceRef="n" targetRef="start"/>'
        '<dataObject id="d"/><dataObjectReference id="dr" dataObjectRef="d"/><group id="g"/>'
        '<extensionElements><s:meta xmlns:s="http://www.signavio.com" key="a" value="b"/></extensionElements>'
    )
    after = (
        '<collaboration id="k"><participant id="p1" processRef="probe"/></collaboration><category id="c"/>'
        '<bpmndi:BPMNDiagram xmlns:bpmndi="http://www.omg.org/spec/BPMN/20100524/DI" id="di"/>'
        '<signal id="s"/><itemDefinition id="i"/><interface id="if"><operation id="op"/></interface>'
    )
    assert rules(around(body + "".join(PLAIN), after=after)) == set()


def test_the_command_gives_one_entry_a_file_whatever_it_is(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    files = {**READABLE, **BROKEN, **{name: data for name, (data, _place, _rule) in SHAPES.items()}}
    for name, data in files.items():
        (tmp_path / f"{name}.bpmn").write_bytes(data)
    names = [str(tmp_path / f"{name}.bpmn") for name in files]
    code = main(["process", "check", "--json", *names])
    answer = json.loads(capsys.readouterr().out)["files"]
    assert [entry["file"] for entry in answer] == names
    assert code == 1 and all(entry["ok"] or entry["findings"] for entry in answer)
    assert {Path(entry["file"]).stem for entry in answer if entry["ok"]} == set(READABLE)


NAMES = ["userTask", "serviceTask", "exclusiveGateway", "parallelGateway", "inclusiveGateway", "subProcess"]
NAMES += ["endEvent", "startEvent", "boundaryEvent", "intermediateCatchEvent", "transaction", "callActivity"]
TEXTS = [
    "",
    "x > 0",
    "= 1 +",
    "${x}",
    "PT1H",
    "R3/PT1H",
    "R/PT0S",
    "-P1D",
    "P9999999Y",
    "9999-12-31",
    "null",
    "1001",
]


def changed(data: bytes, chance: random.Random) -> bytes:
    """The file with a few parts lost, moved, doubled, renamed or filled otherwise."""
    root = ElementTree.fromstring(data)
    for _change in range(chance.randint(1, 4)):
        if not len(root):
            break
        node = chance.choice([node for node in root.iter() if node is not root])
        parent = next(other for other in root.iter() if node in list(other))
        what = chance.randrange(7)
        if what == 0:
            parent.remove(node)
        elif what == 1:
            parent.append(ElementTree.fromstring(ElementTree.tostring(node)))
        elif what == 2 and node.attrib:
            del node.attrib[chance.choice(sorted(node.attrib))]
        elif what == 3 and node.attrib:
            others = [other.get("id", "") for other in root.iter() if other.get("id")]
            node.set(
                chance.choice(sorted(node.attrib)), chance.choice([*others, "", "false", "ä b", "1" * 400])
            )
        elif what == 4:
            node.tag = f"{{{MODEL}}}{chance.choice(NAMES)}"
        elif what == 5:
            node.text = chance.choice(TEXTS)
        else:
            chance.shuffle(inner := list(parent))
            parent[:] = inner
    return ElementTree.tostring(
        root, encoding=chance.choice(["utf-8", "utf-16", "us-ascii"]), xml_declaration=True
    )


@pytest.mark.parametrize("seed", range(6))
def test_a_changed_drawing_is_refused_with_reason_or_runs(town: Playground, seed: int) -> None:
    chance = random.Random(seed)
    accepted = 0
    for drawn in DRAWN:
        data = changed(drawn.xml, chance)
        surroundings = environment(actions=town.environment.actions, forms={"zahl": {"n": None}})
        if not rules_in(data, surroundings):
            accepted += 1
            play(town, data, surroundings, chance)
    assert accepted, "some changes are harmless"


def rules_in(data: bytes, surroundings: processes.Environment) -> list[str]:
    found = processes.check_process(data, environment=surroundings)
    assert all(finding.place and finding.message for finding in found)
    return [finding.rule for finding in found]


def play(town: Playground, data: bytes, surroundings: processes.Environment, chance: random.Random) -> None:
    """Run what was accepted: at every moment somebody or something is waited for, or it has ended, or says why not."""
    with clock.travel(START):
        instance = started(town, data, surroundings)
        for _push in range(25):
            instance.refresh_from_db()
            if instance.state != "active":
                return
            states = set(Token.objects.filter(instance__subject=town.subject).values_list("state", flat=True))
            assert states & {"task", "event", "job", "incident"}, "active, and nobody knows what it waits for"
            if not push(town, chance):
                return


def started(town: Playground, data: bytes, surroundings: processes.Environment) -> processes.ProcessInstance:
    town.subject = uuid.uuid4()
    key = next(ElementTree.fromstring(data).iter(f"{{{MODEL}}}process")).get("id", "")
    version = processes.deploy_process(
        actor=town.actor, key=key, xml=data, decisions={}, environment=surroundings
    )
    return town.start(version, x=len(data) % 3)


def push(town: Playground, chance: random.Random) -> bool:
    """Do something to the process; False where only an administrator could go on."""
    if processes.incidents_of(town.subject):
        return False
    tasks = sorted(processes.open_tasks_of(town.subject), key=lambda task: (task.element_id, str(task.scope)))
    if tasks and chance.random() < 0.8:
        task = tasks[0]
        outcome = task.outcomes[0]["key"] if task.outcomes else None
        processes.complete_task(
            actor=town.actor, task_id=task.pk, outcome=outcome, data={"n": chance.randrange(3)}
        )
    elif not town.send(chance.choice(["antwort", "brief"]), n=1):
        processes.fire_due_timers(clock.advance(Passed(24).step))
    return True
