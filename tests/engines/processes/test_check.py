"""The deployment check: nothing is accepted that would not run, and each finding names its element."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from rathaus.engines.processes import public as processes
from rathaus.engines.processes.bpmn.model import from_json, to_json
from rathaus.engines.processes.bpmn.reader import read_process
from tests.factories.processes import (
    HEAD,
    boundary,
    bpmn,
    call,
    catch,
    end,
    environment,
    error,
    event_gateway,
    exclusive,
    flow,
    inclusive,
    message,
    multi,
    outcome,
    parallel,
    path,
    receive,
    rule,
    service,
    start,
    subprocess,
    tag,
    timer,
    user,
)
from tests.factories.processes import (
    given as given_input,
)

ONE = (start(), end(), path("start", "tun", "end"))


def check(*parts: str, **values: object) -> list[tuple[str, str]]:
    found = processes.check_process(bpmn(*parts), environment=environment(**values))
    assert all(
        (finding.message and finding.message[0].isupper()) or finding.message[0] == "„" for finding in found
    )
    return [(finding.place, finding.rule) for finding in found]


def test_a_process_of_everything_is_accepted() -> None:
    assert check(
        start(), parallel("p1"), user("a", "ja", "nein", rathaus_form="pruefung", rathaus_dueWorkingDays=3),
        boundary("mahnen", "a", timer("R3/P7D", "Cycle"), interrupting=False), end("e1"), path("mahnen", "e1"),
        service("b", text='"x" + string(steuer)', result="notiz"), boundary("fehler", "b", error("X")), end("e2"),
        path("fehler", "e2"), rule("r", "steuer", anzahl="count(antrag.hunde)", result="steuer"),
        tag("manualTask", "m", rathaus_role="leitung"), parallel("p2"), exclusive("x1", default="x1__i1"),
        inclusive("i1"),
        event_gateway("gw"), catch("post", message("antwort")), catch("zeit", timer("P14D", working_days=True)),
        receive("empfang", "unterlagen"),
        subprocess("teil", multi(), start("s"), user("je_hund", rathaus_result="einzeln"), end("f", error("Y")),
                   path("s", "je_hund", "f"), rathaus_collection="antrag.hunde", rathaus_elementVariable="hund"),
        boundary("gefangen", "teil", error()), call("ruf", "gerufen", multi(count="2", sequential=True)),
        tag("sendTask", "senden", rathaus_action="test.job", rathaus_result="gesendet"),
        end("e3", message("fertig")), end("e4", "<terminateEventDefinition/>"), inclusive("i2",
        default="i2__e4"), end("e5"),
        path("start", "p1", "r", "b", "p2", "x1"), path("p1", "a", "p2"), path("p1", "m", "p2"),
        flow("x1", "gw", 'a.ergebnis = "ja" and a.betrag > 3'), flow("x1", "i1"), path("i1", "i2"),
        path("gw", "post", "teil"), path("gw", "zeit", "teil"), path("gw", "empfang", "teil"), path("teil",
        "ruf", "senden", "e3"),
        path("gefangen", "e5"), flow("i2", "e4"), flow("i2", "empty", "steuer > 3"), end("empty"),
        tag("textAnnotation", "notiz1", "<text>x</text>"), tag("dataObjectReference", "daten"), tag("group",
        "gruppe"),
        tag("laneSet", "bahnen", tag("lane", "bahn")),
    ) == []  # fmt: skip


UNSUPPORTED_TAGS = [
    "task", "scriptTask", "complexGateway", "intermediateThrowEvent", "adHocSubProcess", "transaction",
    "callChoreography",
    "subConversation", "unbekannt",
]  # fmt: skip


@pytest.mark.parametrize("name", UNSUPPORTED_TAGS)
def test_unsupported_elements(name: str) -> None:
    assert ("tun", "element.unsupported") in check(*ONE, tag(name, "tun"))


@pytest.mark.parametrize("trigger", ["signal", "escalation", "compensate", "conditional", "link", "cancel"])
@pytest.mark.parametrize("kind", ["startEvent", "endEvent", "intermediateCatchEvent", "boundaryEvent"])
def test_unsupported_triggers(trigger: str, kind: str) -> None:
    definition = f"<{trigger}EventDefinition/>"
    host = {"attachedToRef": "tun"} if kind == "boundaryEvent" else {}
    assert ("e", "event.unsupported") in check(*ONE, user("tun"), tag(kind, "e", definition, **host))


@pytest.mark.parametrize(
    ("part", "place"),
    [
        (subprocess("tun", start("s"), end("e"), path("s", "e"), triggeredByEvent="true"), "tun"),
        (user("tun", isForCompensation="true"), "tun"),
        (receive("tun", "post", instantiate="true"), "tun"),
        (user("tun", startQuantity="2"), "tun"),
        (tag("eventBasedGateway", "tun", eventGatewayType="Parallel"), "tun"),
        (user("tun", inner="<dataInputAssociation><assignment/></dataInputAssociation>"), "tun"),
    ],
)
def test_unsupported_attributes(part: str, place: str) -> None:
    assert (place, "element.unsupported") in check(*ONE, part)


FAULTS = [
    ("start.missing", "probe", (end(), user("tun"), path("tun", "end"))),
    ("start.several", "start2", (*ONE, user("tun"), start("start2"), path("start2", "tun"))),
    ("flow.missing", "tun", (start(), end(), user("tun"), path("start", "tun"))),
    ("element.unreachable", "allein", (*ONE, user("tun"), user("allein"), path("allein", "end"))),
    ("flow.after_end", "end", (*ONE, user("tun"), path("end", "tun"))),
    ("flow.into_start", "start", (*ONE, user("tun", "a"), path("tun", "start"))),
    ("flow.dangling", "tun__fehlt", (*ONE, user("tun"), path("tun", "fehlt"))),
    ("flow.scope", "tun__innen", (*ONE, subprocess("tun", start("s"), user("innen"), end("e"), path("s",
    "innen", "e")),
                                  path("tun", "innen"))),
    ("id.twice", "tun", (*ONE, user("tun"), user("tun"))),
    ("loop.standard", "tun", (*ONE, user("tun", inner="<standardLoopCharacteristics/>"))),
    ("multi.empty", "tun", (*ONE, user("tun", inner=multi()))),
    ("multi.variable", "tun", (*ONE, user("tun", inner=multi(), rathaus_collection="liste"))),
    ("multi.data", "tun", (*ONE, user("tun",
    inner="<multiInstanceLoopCharacteristics><loopCardinality>2</loopCardinality>"
                                      "<loopDataInputRef>x</loopDataInputRef></multiInstanceLoopCharacteristics>"))),
    ("condition.missing", "tun__end", (*ONE, exclusive("tun"), end("e2"), flow("tun", "e2", "x = 1"))),
    ("condition.place", "tun__e2", (*ONE, user("tun"), end("e2"), flow("tun", "e2", "x = 1"))),
    ("condition.single", "tun__e2", (start(), exclusive("tun"), end("e2"), path("start", "tun"), flow("tun",
    "e2", "x=1"))),
    ("condition.language", "tun__e2", (*ONE, exclusive("tun", default="tun__end"), end("e2"), tag(
        "sequenceFlow", "tun__e2", '<conditionExpression language="javascript">1</conditionExpression>',
        sourceRef="tun", targetRef="e2"))),
    ("default.dangling", "tun", (*ONE, exclusive("tun", default="fehlt"))),
    ("default.place", "tun", (*ONE, user("tun", default="tun__end"))),
    ("default.condition", "tun__e2", (*ONE, exclusive("tun", default="tun__e2"), end("e2"), flow("tun", "e2",
    "x = 1"))),
    ("gateway.events", "tun", (*ONE, event_gateway("tun"))),
    ("gateway.events", "tun__e2", (*ONE, event_gateway("tun"), end("e2"), path("tun", "e2"))),
    ("boundary.host", "b", (*ONE, user("tun"), boundary("b", "fehlt", timer("P1D")), path("b", "end"))),
    ("boundary.host", "b", (*ONE, exclusive("tun"), boundary("b", "tun", timer("P1D")), path("b", "end"))),
    ("boundary.error", "b", (*ONE, user("tun"), boundary("b", "tun", error("X")), path("b", "end"))),
    ("boundary.twice", "c", (*ONE, service("tun"), boundary("b", "tun", error("X")), path("b", "end"),
                             boundary("c", "tun", error("X")), path("c", "end"))),
    ("event.empty", "tun", (*ONE, catch("tun", ""))),
    ("event.several", "tun", (*ONE, catch("tun", timer("P1D") + message("post")))),
    ("error.missing", "e2", (*ONE, user("tun"), end("e2", error()), path("tun", "e2"))),
    ("error.dangling", "e2", (*ONE, user("tun"), end("e2", '<errorEventDefinition errorRef="nichts"/>'),
    path("tun", "e2"))),
    ("message.missing", "tun", (*ONE, catch("tun", "<messageEventDefinition/>"))),
    ("message.dangling", "tun", (*ONE, catch("tun", '<messageEventDefinition messageRef="nichts"/>'))),
    ("timer.empty", "tun", (*ONE, catch("tun", "<timerEventDefinition/>"))),
    ("timer.text", "tun", (*ONE, catch("tun", timer("14 Tage")))),
    ("timer.text", "tun", (*ONE, catch("tun", timer("31.12.2026", "Date")))),
    ("timer.cycle", "tun", (*ONE, catch("tun", timer("R3/P1D", "Cycle")))),
    ("task.role", "tun", (*ONE, user("tun", role=""))),
    ("role.unknown", "tun", (*ONE, user("tun", role="pfoertner"))),
    ("form.unknown", "tun", (*ONE, user("tun", rathaus_form="prüfung2"))),
    ("letter.unknown", "tun", (*ONE, user("tun", outcome("ja", letter="bescheit")))),
    ("task.outcome", "tun", (*ONE, user("tun", outcome("ja", kind="gut")))),
    ("task.outcome", "tun", (*ONE, user("tun", "ja", "ja"))),
    ("task.due", "tun", (*ONE, user("tun", rathaus_dueWorkingDays="bald"))),
    ("attribute.unknown", "tun", (*ONE, user("tun", rathaus_rolle="x"))),
    ("extension.unknown", "tun", (*ONE, user("tun", "<rathaus:ausgang/>"))),
    ("action.missing", "tun", (*ONE, service("tun", ""))),
    ("action.unknown", "tun", (*ONE, service("tun", "test.notiz"))),
    ("action.missing", "tun", (*ONE, tag("sendTask", "tun"))),
    ("action.missing", "e2", (*ONE, user("tun"), end("e2", "<messageEventDefinition/>"), path("tun", "e2"))),
    ("input.unknown", "tun", (*ONE, service("tun", txt='"a"'))),
    ("input.type", "tun", (*ONE, service("tun", text="5"))),
    ("decision.missing", "tun", (*ONE, rule("tun", ""))),
    ("decision.unknown", "tun", (*ONE, rule("tun", "gebuehr"))),
    ("input.unknown", "tun", (*ONE, rule("tun", "steuer", zahl="1"))),
    ("call.missing", "tun", (*ONE, call("tun", ""))),
    ("call.itself", "tun", (*ONE, call("tun", "probe"))),
    ("process.unknown", "tun", (*ONE, call("tun", "anderer"))),
    ("feel.syntax", "tun", (*ONE, service("tun", text='"a" +'))),
    ("feel.unknown", "tun", (*ONE, service("tun", text="name"))),
    ("feel.unknown", "tun", (*ONE, service("tun", text="end.x"))),
    ("outcome.unknown", "w__e2", (start(), user("tun", "ja"), exclusive("w", default="w__end"), end(), end("e2"),
                                  path("start", "tun", "w", "end"), flow("w", "e2", 'tun.ergebnis = "nein"'))),
    ("result.collision", "zwei", (start(), user("eins", rathaus_result="r"), user("zwei", rathaus_result="r"), end(),
                                  path("start", "eins", "zwei", "end"))),
    ("result.collision", "zwei", (start(), parallel("p"), user("eins", rathaus_result="r"),
                                  user("zwei", rathaus_result="r"), end(), path("start", "p", "eins", "end"),
                                  path("p", "zwei", "end"))),
    ("result.name", "tun", (*ONE, user("tun", rathaus_result="mein-ergebnis"))),
    ("result.reserved", "tun", (*ONE, user("tun", rathaus_result="antrag"))),
    ("start.subprocess", "s", (*ONE, subprocess("tun", start("s", message("x")), end("e"), path("s", "e")))),
    ("start.missing", "tun", (*ONE, subprocess("tun", end("e")))),
]  # fmt: skip


@pytest.mark.parametrize(
    ("rule_name", "place", "parts"),
    FAULTS,
    ids=[f"{number}-{fault[0]}" for number, fault in enumerate(FAULTS)],
)
def test_faults(rule_name: str, place: str, parts: tuple[str, ...]) -> None:
    assert (place, rule_name) in check(*parts)


def test_a_refused_element_does_not_make_its_neighbours_wrong() -> None:
    assert check(*ONE, tag("scriptTask", "tun")) == [("tun", "element.unsupported")]


def test_elements_without_id_have_a_place() -> None:
    (finding,) = (
        found
        for found in processes.check_process(
            bpmn(*ONE, user("tun")).replace(b'<userTask id="tun"', b"<userTask"), environment=environment()
        )
        if found.rule == "id.missing"
    )
    assert finding.place.startswith("userTask ohne id")


def test_results_of_alternatives_may_share_a_name() -> None:
    assert check(
        start(), exclusive("w", default="w__a"), user("a", rathaus_result="r"), user("b", rathaus_result="r"), end(),
        path("start", "w", "a", "end"), flow("w", "b", "x = 1"), path("b", "end"),
    ) == []  # fmt: skip


def test_names_are_known_only_after_their_element() -> None:
    found = check(
        start(), service("vorher", text="spaeter.ergebnis"), user("spaeter", "ja"), service("danach",
        text="spaeter.ergebnis"),
        service("falsch", text="spaeter.betrug"), end(), path("start", "vorher", "spaeter", "danach", "falsch",
        "end"),
    )  # fmt: skip
    assert found == [("vorher", "feel.unknown"), ("falsch", "feel.unknown")]


def test_unknown_names_are_corrected() -> None:
    (finding,) = processes.check_process(
        bpmn(*ONE, service("tun", text="antrag.hund.rase")),
        environment=environment(variables={"antrag": {"hund": {"rasse": None}}}),
    )
    assert (
        finding.message
        == "Im Ausdruck „antrag.hund.rase“: „antrag.hund.rase“ ist unbekannt. Meinten Sie „rasse“?"
    )


def test_feel_errors_have_a_position() -> None:
    (finding,) = processes.check_process(bpmn(*ONE, service("tun", text="1 +")), environment=environment())
    assert "Zeile 1, Spalte" in finding.message


def test_results_inside_a_multi_instance_stay_inside() -> None:
    found = check(
        start(), subprocess("teil", multi(), start("s"), user("je"), service("drin",
        text="je.ergebnis + hund"), end("e"),
                            path("s", "je", "drin", "e"), rathaus_collection="liste", rathaus_elementVariable="hund"),
        service("aussen", text="je.ergebnis"), service("auch", text="hund"), service("gut",
        text="teil[1].je.ergebnis"),
        end(), path("start", "teil", "aussen", "auch", "gut", "end"),
    )  # fmt: skip
    assert found == [("aussen", "feel.unknown"), ("auch", "feel.unknown")]


@pytest.mark.parametrize(
    ("data", "rule_name"),
    [
        (b"", "xml.broken"),
        (b"\x00\xff\xfe", "xml.broken"),
        (b"<a>" * 100_000, "xml.unsafe"),
        (b"<a>" * 50_000 + b"</a>" * 50_000, "xml.unsafe"),
        (b'<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>', "xml.unsafe"),
        (b'<?xml version="1.0" encoding="klingonisch"?><a/>', "xml.broken"),
        ("<?xml version='1.0' encoding='utf-8'?><a>ä</a>".encode("latin-1"), "xml.broken"),
        (b"<html/>", "file.bpmn"),
        (f"{HEAD}</definitions>".encode(), "process.missing"),
        (b"x" * 5_000_001, "file.size"),
    ],
)
def test_bytes_of_all_kinds(data: bytes, rule_name: str) -> None:
    assert [found.rule for found in processes.check_process(data, environment=environment())][:1] == [
        rule_name
    ]


def test_deeply_nested_subprocesses_are_refused() -> None:
    nested = "".join(f'<subProcess id="s{number}">' for number in range(500)) + "</subProcess>" * 500
    assert "scope.depth" in [rule_name for _place, rule_name in check(*ONE, nested)]


def test_several_processes_and_pools() -> None:
    xml = bpmn(*ONE, user("tun"), extra=(
        '<collaboration id="c"><participant id="p1" processRef="probe"/><participant id="p2"/></collaboration>'
        '<process id="zweiter"><startEvent id="z"/></process>'
    )).replace(b'isExecutable="true"', b"")  # fmt: skip
    found = [(entry.place, entry.rule) for entry in processes.check_process(xml, environment=environment())]
    assert {("p2", "pool.several"), ("probe", "process.several"), ("zweiter", "process.executable")} <= set(
        found
    )


def test_not_deployable_says_why(db: None) -> None:
    from rathaus.identity.public import SYSTEM

    with pytest.raises(processes.NotDeployable) as refusal:
        processes.deploy_process(
            actor=SYSTEM, key="probe", xml=bpmn(*ONE, tag("task", "tun")), environment=environment()
        )
    first = refusal.value.findings[0]
    assert (first.place, first.rule) == ("tun", "element.unsupported")


def test_compiled_form_survives_json() -> None:
    import json

    process = read_process(bpmn(
        *ONE, user("tun", "ja", rathaus_dueWorkingDays=3, inner=multi(count="3")), service("b", text='"x"'),
        boundary("z", "tun", timer("P1D", working_days=True), interrupting=False), path("z", "b", "end"),
    )).process  # fmt: skip
    assert process is not None
    again = from_json(json.loads(json.dumps(to_json(process))))
    assert (again.elements, again.flows, again.id) == (process.elements, process.flows, process.id)


SEED = bpmn(
    *ONE, user("tun", "ja"), exclusive("w", default="w__e"), end("e"), flow("w", "end", 'tun.ergebnis = "ja"'),
    path("w", "e"),
    boundary("z", "tun", timer("P1D")), path("z", "w"), given_input("a", "b"),
)  # fmt: skip


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.binary(max_size=300))
def test_fuzz_bytes(data: bytes) -> None:
    processes.check_process(data, environment=environment())


@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    st.lists(st.tuples(st.integers(0, len(SEED) - 1), st.integers(0, 40), st.binary(max_size=20)), max_size=4)
)
def test_fuzz_a_good_file(cuts: list[tuple[int, int, bytes]]) -> None:
    data = SEED
    for place, length, put in cuts:
        data = data[:place] + put + data[place + length :]
    processes.check_process(data, environment=environment())


WORDS = (start("a"), end("b"), user("c"), exclusive("d"), inclusive("e"), boundary("f", "c", timer("P1D")),
tag("task", "g"),
         subprocess("h", start("i"), end("j")), event_gateway("k"), catch("l", message("m")), call("n",
         "gerufen"))  # fmt: skip
WIRES = [flow(source, target, "x = 1" if source == "d" else "", flow_id=f"w{number}")
         for number, (source, target) in enumerate(itertools.product("abcdefghijkl", repeat=2))]  # fmt: skip


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(st.sampled_from(WORDS), max_size=11), st.lists(st.sampled_from(WIRES), max_size=14))
def test_fuzz_structure(parts: list[str], wires: list[str]) -> None:
    processes.check_process(bpmn(*parts, *wires), environment=environment())
